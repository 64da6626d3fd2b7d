"""The composition root: knows every concrete class, starts and stops them in order.

A package, so that `larkwatch watch` imports its agent without Feishu and the database.

The threads of a process, and there are no others:

- ``keeper``: takes and keeps the lease; only its holder runs what follows;
- ``delivery-1`` … ``delivery-3``: send what is owed;
- ``answering``: works on stored events;
- ``looking``: looks into the own log files for whoever asks;
- ``identity``: learns the bot's own id;
- ``doctor``: examines when a chat asks; a few threads more while it looks at groups;
- the scheduler's thread: sweeps and prunes;
- the long connection's loop and its pool of handlers;
- the agent's threads (``watchers.agent``): read logs; the direct sink's thread: reports.
"""
