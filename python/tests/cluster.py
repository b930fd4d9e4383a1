"""Starts a Spark cluster of real executor processes on this machine, and reads its event log."""

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from pyspark.sql import SparkSession

CLUSTER = "local-cluster[2,1,1024]"
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def start(master: str, log: Path) -> SparkSession:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    log.mkdir(parents=True)
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "FATAL",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.dir": log.as_uri(),
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        # a JVM that lives for a minute has no time to optimise, nor to compile queries
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        # Java's own: the library that Snappy brings does not load if musl is installed beside glibc
        "spark.sql.parquet.compression.codec": "gzip",
        "spark.driver.extraJavaOptions": SHORT_LIVED,
        "spark.executor.extraJavaOptions": SHORT_LIVED,
    }
    builder = SparkSession.builder.master(master).appName("cwfilter")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def processes() -> list[tuple[int, bytes]]:
    """This process's descendants, as (pid, command line)."""
    parents, commands = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            commands[int(entry.name)] = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])

    def is_ours(pid: int) -> bool:
        while pid > 1 and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()

    return [(pid, command) for pid, command in commands.items() if pid != os.getpid() and is_ours(pid)]


def executor_pids() -> list[int]:
    return [
        pid
        for pid, command in processes()
        if command.split(b"\0")[0].endswith(b"java") and b"CoarseGrainedExecutorBackend" in command
    ]


class Killer(threading.Thread):
    """Kills one executor when a quarter of a stage's tasks are done."""

    def __init__(self, spark: SparkSession) -> None:
        super().__init__(daemon=True)
        self.tracker = spark.sparkContext.statusTracker()
        self.killed: list[int] = []

    def run(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until and not self.killed:
            for stage in self.tracker.getActiveStageIds():
                info = self.tracker.getStageInfo(stage)
                if info and info.numTasks >= 20 and info.numCompletedTasks * 4 >= info.numTasks:
                    pid = executor_pids()[0]
                    os.kill(pid, signal.SIGKILL)
                    self.killed.append(pid)
                    return
            time.sleep(0.01)


class Proof:
    """Reads from an event log which executors did the work."""

    def __init__(self, log: Path) -> None:
        self.tasks: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.removed: list[str] = []
        (file,) = [path for path in log.iterdir() if path.is_file() and not path.name.startswith(".")]
        for line in file.read_text().splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerTaskEnd":
                succeeded = event["Task End Reason"]["Reason"] == "Success"
                (self.tasks if succeeded else self.failed)[event["Task Info"]["Executor ID"]] += 1
            elif event["Event"] == "SparkListenerExecutorRemoved":
                self.removed.append(event["Removed Reason"])

    def is_distributed(self) -> bool:
        return len(self.tasks) >= 2 and "driver" not in self.tasks

    def __str__(self) -> str:
        ran = ", ".join(f"executor {name} ran {count} tasks" for name, count in sorted(self.tasks.items()))
        lost = "; ".join(f"lost {count} on executor {name}" for name, count in sorted(self.failed.items()))
        return "; ".join(part for part in (ran, lost, *(reason.splitlines()[0] for reason in self.removed)) if part)
