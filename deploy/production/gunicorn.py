"""gunicorn behind a reverse proxy that ends TLS on the same machine."""

bind = "127.0.0.1:8000"
workers = 4
worker_class = "gthread"
threads = 4
timeout = 120  # a hostile upload may be looked at for a minute in its limited child
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
forwarded_allow_ips = "127.0.0.1"
accesslog = "-"
