FROM 00000000000
RUN pip install poetrY[""]
