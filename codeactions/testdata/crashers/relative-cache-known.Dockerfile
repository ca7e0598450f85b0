FROM python:3.11
WORKDIR /app
RUN pip install poetry==1.4.2
ENV POETRY_CACHE_DIR=cache
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root
CMD ["python","-m","shop"]
