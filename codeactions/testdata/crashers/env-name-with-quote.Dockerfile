FROM 1
RUN pip install poetrY!
ENV POETRY_CAC"00000=
WORKDIR /
RUN poetry install 0000000000
CMD ""