"""Entry point of the browser host: wire, serve, drain on SIGTERM."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

from browser_host.browser_settings import browser_settings
from browser_host.build_gate import BuildGate
from browser_host.generations import Generations
from browser_host.leftovers import Leftovers
from browser_host.load import MachineLoad
from browser_host.process_tree import usage_of
from browser_host.processes import Processes
from browser_host.profiles.disk import Disk
from browser_host.profiles.sealing import Sealing
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from browser_host.supervisor import Supervisor
from browser_host.threads import Threads
from browser_host.whatsapp_web import (
    BrowserSettings,
    WhatsAppWebPages,
    check_bundle,
    end_leftovers,
)
from switchboard.application.read_watermark import ReadWatermark
from switchboard.application.sift_scan import SiftScan
from switchboard.bootstrap.browser_host import HostConfiguration, HostStores, build, configuration
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.identifiers import new_id
from switchboard.domain.errors import Configuration, Ownership, PageChanged
from switchboard.domain.session import Lease

_log = logging.getLogger(__name__)

DRAIN_WITHIN = timedelta(seconds=110)
"""ECS kills 120 s after SIGTERM; what is not drained by then is left to the lease's expiry."""
EX_CONFIG = 78


@dataclass(frozen=True, slots=True)
class Machine:
    """What a host has of the machine that it runs on, and how it is set up."""

    config: HostConfiguration
    disk: Disk
    threads: Threads
    processes: Processes


def main() -> None:
    """Run until SIGTERM or SIGINT; exit status 78 tells an unusable environment."""
    logger = Logger(service="browser-host")
    copy_config_to_registered_loggers(logger, include={"switchboard", "browser_host"})
    environment = Environment()
    try:
        config, browser = configuration(environment), browser_settings(environment)
        environment.check()
        check_bundle(browser)
    except Configuration as error:
        logger.critical("host.configuration", problems=error.problems)
        sys.exit(EX_CONFIG)
    except PageChanged as error:  # else each line that it is given would end in ERROR
        logger.critical("host.configuration", problems={"WA_JS_PATH": str(error)})
        sys.exit(EX_CONFIG)
    status = asyncio.run(_run(config, browser))
    logging.shutdown()
    os._exit(status)  # a store call that hangs in a thread must not hold the process


async def _run(config: HostConfiguration, browser: BrowserSettings) -> int:
    stop, fenced = asyncio.Event(), False
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    machine = Machine(config, Disk(config.profiles), Threads(), Processes(config.snapshot_within))
    stores = await machine.threads(build, config)
    leftovers = _leftovers(machine, stores)
    await leftovers.begin()
    async with WhatsAppWebPages(browser, stores.clock) as pages:
        supervisor = Supervisor(_services(machine, stores, pages))
        try:
            async with asyncio.TaskGroup() as group:
                looking = group.create_task(leftovers.run())
                serving = group.create_task(supervisor.run(stop))
                limit = group.create_task(_limit(serving, stop))
                await asyncio.wait({serving})
                limit.cancel()
                looking.cancel()
        except* Ownership:
            fenced = True
    cut_off = fenced or serving.cancelled()
    if cut_off:
        await leftovers.hand_over()
    machine.processes.close()
    return int(cut_off)


def _leftovers(machine: Machine, stores: HostStores) -> Leftovers:
    me, clock = machine.config.host_id, stores.clock
    return Leftovers(me, machine.disk, stores.sessions, machine.threads, clock, end_leftovers)


async def _limit(serving: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Once asked to stop, the drain has the time that ECS gives."""
    await stop.wait()
    await asyncio.sleep(DRAIN_WITHIN.total_seconds())
    _log.error("host.drain.incomplete")
    serving.cancel()


def _services(machine: Machine, stores: HostStores, pages: WhatsAppWebPages) -> Services:
    config, threads = machine.config, machine.threads
    return Services(
        host_id=config.host_id,
        capacity=config.capacity,
        profiles=config.profiles,
        sessions=stores.sessions,
        hosts=stores.hosts,
        outbox=stores.outbox,
        commands=stores.commands,
        inbound=stores.inbound,
        session_starts=stores.session_starts,
        host_queue=stores.host_queue,
        load=MachineLoad(config.profiles),
        scale_in=stores.scale_in,
        opener=pages,
        clock=stores.clock,
        metrics=stores.metrics,
        blocking=threads,
        observe=stores.observe(config.host_id),
        notify=stores.notify,
        snapshots=_login(machine, stores, pages),
        guard=functools.partial(stores.guard, threads),
        deliver=functools.partial(stores.deliver, threads),
        recover=functools.partial(stores.recover, threads),
        watermark=ReadWatermark(stores.inbox),
        sift=SiftScan(stores.inbox, stores.messages),
        measure=usage_of,
        line_memory_bytes=config.line_memory_bytes,
    )


def _login(
    machine: Machine, stores: HostStores, pages: WhatsAppWebPages
) -> Callable[[Lease, Callable[[], bool]], LineSnapshots]:
    """What makes the snapshots of one line."""
    gate = BuildGate(pages.build, machine.config.newer_builds, stores.clock)
    threads, processes = machine.threads, machine.processes

    def of(lease: Lease, may_write: Callable[[], bool]) -> LineSnapshots:
        return LineSnapshots(
            lease,
            machine.disk,
            Generations(lease, stores.sessions, stores.snapshots, threads, processes),
            Sealing(stores.snapshots),
            threads,
            processes,
            stores.metrics,
            new_id,
            may_write,
            gate,
        )

    return of


if __name__ == "__main__":
    main()
