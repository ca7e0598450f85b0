from django.test import Client


def test_health():
    assert Client().get("/health/").content == b"ok"
