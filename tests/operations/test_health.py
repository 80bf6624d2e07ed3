from flask import Flask

from tests.client import PageClient


def test_health_and_readiness(client: PageClient) -> None:
    assert client.client.get("/healthz").status_code == 200
    assert client.client.get("/readyz").status_code == 200


def test_metrics_are_closed_without_a_token(app: Flask, client: PageClient) -> None:
    assert client.client.get("/metrics").status_code == 404
    strange = {"Authorization": "Bearer clé"}
    assert client.client.get("/metrics", headers=strange).status_code == 404
