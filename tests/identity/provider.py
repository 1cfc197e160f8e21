"""A real OpenID Connect provider (Canaille), with two people in its memory, as a process of its own.

``python -m tests.identity.provider PORT CALLBACK``: one client, ``assay``, which comes back at CALLBACK.
"""

import sys
from typing import Any

CLIENT, SECRET, PASSWORD = "assay", "the client's secret", "the provider's password"
PEOPLE = {"nina": ("Nina", "New", ["risk-team"]), "otto": ("Otto", "Ops", [])}


def main(port: int, callback: str) -> None:
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from joserfc.jwk import RSAKey

    key: Any = RSAKey.generate_key(2048)
    app = create_app(
        {
            "SECRET_KEY": "only for a test",
            "SERVER_NAME": f"localhost:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {
                "DATABASE": "memory",
                "CAPTCHA_ENABLED": False,
                "ENABLE_PASSWORD_COMPROMISSION_CHECK": False,
                "JAVASCRIPT": False,
                "HTMX": False,
                "SMTP": None,
                "LOGGING": {"version": 1, "disable_existing_loggers": False},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)], "TRUSTED_DOMAINS": ["localhost"]},
        }
    )
    with app.app_context():
        save = Backend.instance.save
        groups: dict[str, list[Any]] = {}
        for name, (given, family, member_of) in PEOPLE.items():
            user = models.User(
                user_name=name,
                formatted_name=f"{given} {family}",
                given_name=given,
                family_name=family,
                emails=[f"{name}@nordhaven.example"],
                password=PASSWORD,
            )
            save(user)
            for group in member_of:
                groups.setdefault(group, []).append(user)
        for group, users in groups.items():
            save(models.Group(display_name=group, members=users))
        client = models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="Assay",
            client_uri="http://localhost",
            redirect_uris=[callback],
            grant_types=["authorization_code"],
            response_types=["code"],
            token_endpoint_auth_method="client_secret_basic",
            scope=["openid", "email", "profile", "groups"],
        )
        save(client)
        client.audience = [client]
        save(client)
    app.run(host="localhost", port=port, threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
