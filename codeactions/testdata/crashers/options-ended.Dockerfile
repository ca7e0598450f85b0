FROM 00000000000
#
RUN poetry install -- x
