"""Runs an emulator of AWS until standard input ends: serve.py ministack|moto PORT"""

import os
import sys
import threading


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
name, port = sys.argv[1:]
if name == "ministack":
    # all on loopback; the account of AWS's documentation
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=port,
        MINISTACK_ACCOUNT_ID="123456789012",
        PERSIST_STATE="0",
        IOT_MTLS_ENABLED="0",
        SERVICES="logs,cloudwatch,sns,sts,tagging",
    )
    from ministack.app import main

    sys.argv = ["ministack"]
    main()
else:
    from moto.server import main

    main(["-H", "127.0.0.1", "-p", port])
