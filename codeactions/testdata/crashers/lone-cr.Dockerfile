FROM 0 
RUN poetry install