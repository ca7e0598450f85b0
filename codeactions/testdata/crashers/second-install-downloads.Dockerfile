FROM 0 AS A000
RUN poetry install
RUN poetry install