"""The networks of `npm run bench` in SimPy, as its manual writes such models: a Resource for each station, a
process for each customer. Counts what the engine counts: number over time, waiting, response and busy time of every
station, number and response of the whole path. Reads the model as JSON on standard input, and prints the seconds of
processor time that the run took, with what it counted."""

import json
import random
import sys
import time

import simpy


class Tally:
    """Who is at a place and for how long."""

    def __init__(self):
        self.number = self.arrived = self.completed = 0
        self.since = self.area = self.stays = 0.0

    def enter(self, now):
        self.area += self.number * (now - self.since)
        self.since = now
        self.number += 1
        self.arrived += 1

    def leave(self, now, entered):
        self.area += self.number * (now - self.since)
        self.since = now
        self.number -= 1
        self.completed += 1
        self.stays += now - entered


class Station:
    """Servers and a line before them."""

    def __init__(self, env, spec):
        self.id = spec["id"]
        self.servers = spec["servers"]
        self.rate = 1 / spec["service"]["mean"]
        self.resource = simpy.Resource(env, spec["servers"])
        self.tally = Tally()
        self.started = 0
        self.busy = self.waited = 0.0

    def work(self, now):
        number = self.tally.number
        serving = number if number < self.servers else self.servers
        self.busy += serving * (now - self.tally.since)

    def mean_number(self, now):
        return (self.tally.area + self.tally.number * (now - self.tally.since)) / now


class Network:
    def __init__(self, spec):
        self.env = simpy.Environment()
        self.enough = self.env.event()
        self.events_left = spec["events"]
        stations = {station["id"]: Station(self.env, station) for station in spec["stations"]}
        self.stations = list(stations.values())
        self.route = Tally()
        for load in spec["loads"]:
            stops = [stations[id] for id in load["stops"]]
            if load["kind"] == "open":
                self.env.process(self.source(stops, 1 / load["gap"]["mean"]))
            else:
                for _ in range(load["customers"]):
                    self.env.process(self.circulate(stops))

    def count(self):
        self.events_left -= 1
        if self.events_left == 0:
            self.enough.succeed()

    def source(self, stops, rate):
        while True:
            yield self.env.timeout(random.expovariate(rate))
            self.count()
            self.env.process(self.walk(stops))

    def circulate(self, stops):
        while True:
            yield from self.walk(stops)

    def walk(self, stops):
        env = self.env
        began = env.now
        self.route.enter(began)
        for station in stops:
            entered = env.now
            station.work(entered)
            station.tally.enter(entered)
            with station.resource.request() as request:
                yield request
                station.started += 1
                station.waited += env.now - entered
                yield env.timeout(random.expovariate(station.rate))
            now = env.now
            station.work(now)
            station.tally.leave(now, entered)
            self.count()
        self.route.leave(env.now, began)

    def run(self):
        self.env.run(until=self.enough)


def main():
    spec = json.load(sys.stdin)
    random.seed(spec["seed"])
    network = Network(spec)
    before = time.thread_time()
    network.run()
    seconds = time.thread_time() - before
    now = network.env.now
    means = [station.mean_number(now) for station in network.stations]
    print(json.dumps({"seconds": seconds, "meanNumbers": means}))


main()
