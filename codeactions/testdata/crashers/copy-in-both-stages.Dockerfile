FROM python
ARG 000000
COPY 0 0
RUn . 0/bin/activate&poetry install
CMD 0