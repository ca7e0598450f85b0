FROM 0000000000000
COPY * .
RUN poetry install 00000000
RUN poetry install -C0