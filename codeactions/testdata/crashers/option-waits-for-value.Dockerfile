FROM 00000000000
#
RUN poetry install 000000000 --with
