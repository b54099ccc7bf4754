# The site with all its dependencies. Build: docker build -t mnistsite .
# Run: docker run -p 8888:8888 -v mnist-state:/state mnistsite
# To pin the base image: --build-arg PYTHON_IMAGE=docker.io/library/python:3.11-slim-bookworm@sha256:…
ARG PYTHON_IMAGE=docker.io/library/python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}

# Libraries that MXNet loads and slim images lack.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 libquadmath0 libgfortran5 \
 && rm -rf /var/lib/apt/lists/*

ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
WORKDIR /site
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.txt

COPY manage.py ./
COPY mnistsite mnistsite
COPY recognizer recognizer
COPY history history
COPY management management
COPY templates templates
COPY static static
COPY locale locale
# Django needs a secret key to start; this one is removed with its folder.
RUN MNIST_SERVER_STATE_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 && rm -r /tmp/build
# For processors such as this one. The first start copies it into /state, and on others compiles it.
RUN python -c "from pathlib import Path; from recognizer import compiled; compiled.load(Path('var/compiled'))"

RUN useradd --system --uid 1000 --home-dir /state --create-home site
USER site
VOLUME /state
EXPOSE 8888
ENV MNIST_SERVER_STATE_DIR=/state \
    MNIST_SERVER_ADDRESS=0.0.0.0 \
    MNIST_SERVER_PORT=8888 \
    MNIST_SERVER_DB_ADDRESS= \
    MNIST_SERVER_DB_PORT=9042
HEALTHCHECK --interval=15s --timeout=12s --start-period=30s \
  CMD python -c "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"MNIST_SERVER_PORT\"]}/api/health')"
# The lock: two containers may start on one volume. gunicorn fails with an empty WEB_CONCURRENCY.
CMD ["sh", "-c", "flock /state/.lock python manage.py migrate --noinput --verbosity 0 && WEB_CONCURRENCY=${WEB_CONCURRENCY:-2} exec gunicorn --config python:mnistsite.server mnistsite.asgi"]
