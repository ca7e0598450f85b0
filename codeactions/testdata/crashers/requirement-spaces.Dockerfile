FROM 0
RUN pip install poetrY!\  00
