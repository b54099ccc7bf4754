"""The Cassandra cluster in the settings, as an entry of DATABASES for django-cassandra-engine."""

import socket
import ssl
from typing import Any

from mnistsite import env

CONSISTENCIES = ("QUORUM", "LOCAL_QUORUM", "EACH_QUORUM", "ALL")
"""With less than a quorum, the loss of one disk could lose records that were answered as `stored`."""

SECOND_NODE_AFTER = 0.125
"""The share of the time-out after which the driver asks a second node, in case the first one hangs."""


SENT_AT_ONCE = 1 << 16
"""Bytes that one system call may send: most drawings. With the driver's 4 kB, each would need several calls,
and Python's lock again after each."""


def database(hosts: list[str], *, timeout_s: float) -> dict[str, Any]:
    """An entry of DATABASES. Raises ImproperlyConfigured for invalid settings, even without hosts."""
    data_center = env.text("MNIST_SERVER_DB_DATACENTER", "")
    consistency = env.choice("MNIST_SERVER_DB_CONSISTENCY", "QUORUM", of=CONSISTENCIES)
    copies = env.replication("MNIST_SERVER_DB_REPLICATION", "1")
    if isinstance(copies, int) and not data_center:
        replication = {"class": "SimpleStrategy", "replication_factor": copies}
    else:
        copies = {data_center: copies} if isinstance(copies, int) else copies
        replication = {"class": "NetworkTopologyStrategy", **copies}
    authority = env.file("MNIST_SERVER_DB_TLS_CA")  # Without one, the system's authorities verify the nodes.
    is_encrypted = env.boolean("MNIST_SERVER_DB_TLS", False)
    return {
        "ENGINE": "django_cassandra_engine",
        "NAME": env.keyspace("MNIST_SERVER_DB_KEYSPACE", "mnist"),
        "HOST": ",".join(hosts),
        "USER": env.text("MNIST_SERVER_DB_USER", ""),
        "PASSWORD": env.password("MNIST_SERVER_DB_PASSWORD"),
        "OPTIONS": {
            "replication": replication,
            "connection": {
                # The engine would connect when Django starts, and fail with the cluster down.
                "lazy_connect": True,
                "retry_connect": True,
                "port": env.integer("MNIST_SERVER_DB_PORT", 9042, at_least=1, at_most=65535),
                "ssl_context": ssl.create_default_context(cafile=authority) if is_encrypted else None,
                **(_driver_options(data_center, consistency, timeout_s) if hosts else {}),
            },
        },
    }


def _driver_options(data_center: str, consistency: str, timeout_s: float) -> dict[str, Any]:
    """The driver's behaviour, in an execution profile: the engine loses other options when it reconnects."""
    # A site with the embedded store does not import the driver.
    from cassandra import ConsistencyLevel
    from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
    from cassandra.policies import (
        ConstantSpeculativeExecutionPolicy,
        DCAwareRoundRobinPolicy,
        ExponentialReconnectionPolicy,
        TokenAwarePolicy,
    )

    class Connection(Cluster.connection_class):  # type: ignore[misc]  # the driver has no types
        out_buffer_size = SENT_AT_ONCE

    profile = ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(DCAwareRoundRobinPolicy(data_center or None)),
        consistency_level=ConsistencyLevel.name_to_value[consistency],
        request_timeout=timeout_s,
        speculative_execution_policy=ConstantSpeculativeExecutionPolicy(timeout_s * SECOND_NODE_AFTER, 2),
    )
    return {
        "connection_class": Connection,
        "execution_profiles": {EXEC_PROFILE_DEFAULT: profile},
        "reconnection_policy": ExponentialReconnectionPolicy(0.5, 5),
        "connect_timeout": timeout_s,
        "control_connection_timeout": timeout_s,
        "idle_heartbeat_interval": 5,
        "idle_heartbeat_timeout": 5,
        # Otherwise the end of a statement would wait until the node has acknowledged its beginning, which
        # the node delays by up to 40 ms.
        "sockopts": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    }
