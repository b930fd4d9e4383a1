import os

# what a driver needs so that it talks to loopback only, and so that its executors run this Python
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
