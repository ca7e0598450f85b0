FROM python
ENV POETRY_VIRTUALENVS_IN_PROJECT 1
RUN ["poetry","install"]
CMD ["poetry","run",""]
