"""Finds instances by SRV, tries the next one when one fails, keeps the last answer while DNS is silent. Needs dnspython.

srv.py <name> <dns server> <dns port>                  the instances, in the order in which to try them
srv.py <name> <dns server> <dns port> <path> <count>   that many GETs, one after the other: how each ended, and its milliseconds
"""

import random
import sys
import time
import urllib.request

import dns.exception
import dns.resolver


class Finder:
    def __init__(self, name, resolver):
        self.name = name
        self.resolver = resolver
        self.last = None
        self.ask_again = 0.0

    def endpoints(self):
        """[(address, port)] as RFC 2782 orders them; [] where there is none. Raises where DNS never answered."""
        if self.last and time.monotonic() < self.ask_again:
            return self.last  # DNS was silent a moment ago: nobody waits for it again
        try:
            self.last = [(self.address(v), v.port) for v in ordered(self.answer("SRV", self.name))]
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            self.last = []
        except dns.exception.DNSException:  # no answer, SERVFAIL, REFUSED: not known is not none
            if self.last is None:
                raise
            self.ask_again = time.monotonic() + 5
        return self.last

    def address(self, value):
        return self.answer("A", value.target)[0].address

    def answer(self, kind, name):
        return self.resolver.resolve(name, kind, lifetime=1, search=False)

    def get(self, path, tries=4, timeout=2):
        """The first answer; only for what may be repeated. Raises what the last try raised."""
        fault = LookupError(f"{self.name} has no instance now")
        for address, port in self.endpoints()[:tries]:
            try:
                with urllib.request.urlopen(f"http://{address}:{port}{path}", timeout=timeout) as response:
                    return response.read()
            except OSError as error:  # gone, silent, or a status that is none of 2xx and 3xx
                fault = error
        raise fault


def ordered(values):
    """By priority, and within it at random in proportion to weight."""
    return sorted(values, key=lambda v: (v.priority, random.expovariate(max(v.weight, 0.001))))


def main():
    name, server, port, *rest = sys.argv[1:]
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server], int(port)
    resolver.use_edns(0, 0, 1232)  # else more than 7 instances are asked for twice
    finder = Finder(name, resolver)
    if not rest:
        for address, at in finder.endpoints():
            print(f"{address}:{at}")
        return
    path, count = rest
    for _ in range(int(count)):
        begin = time.monotonic()
        try:
            finder.get(path)
            end = "ok"
        except Exception as error:
            end = f"failed {error}"
        print(round(1000 * (time.monotonic() - begin)), end, flush=True)
        time.sleep(0.05)


if __name__ == "__main__":
    main()
