"""Servers of grpcio with its own health service: `health_server.py <state by service, as JSON>`.

Prints `{"health": port, "bare": port}` once both listen on 127.0.0.1; the bare one has no health service. Each line on
standard input is another such JSON, whose states are taken before the line is printed back. Ends with its input.
"""

import json
import sys
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


def listen(servicer):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    if servicer is not None:
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def take(servicer, states):
    for service, state in json.loads(states).items():
        servicer.set(service, health_pb2.HealthCheckResponse.ServingStatus.Value(state))


def main():
    servicer = health.HealthServicer()
    take(servicer, sys.argv[1])
    served, port = listen(servicer)
    bare, bare_port = listen(None)
    print(json.dumps({"health": port, "bare": bare_port}), flush=True)
    for line in sys.stdin:
        take(servicer, line)
        print(line.strip(), flush=True)
    for server in (served, bare):
        server.stop(None).wait()


main()
