"""What is measured: commands that answer the same two questions about a folder of log files."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from bench.search.logs import ASKED

_COMMAND = Path(sys.executable).parent / "trailkeeper"
_COLUMNS = "source,event,error"
_SORTED = "find {folder} -name '*.json.gz' -print0 | LC_ALL=C sort -z | xargs -0"
_JQ_COUNT = '.Records[] | [.eventSource, .eventName, .errorCode // ""] | @tsv'

# As a person has it who did not install the extra: the two libraries are not to be imported.
_WITHOUT_EXTRA = (
    "import sys; sys.modules['isal'] = sys.modules['msgspec'] = None; "
    "sys.argv[0] = 'trailkeeper'; from trailkeeper.cli.__main__ import start; start()"
)

# Both at their best on these files: rows are lines of their own, only members in use are typed,
# and records are made only of files that hold the name.
_DUCKDB = """
import sys, duckdb
files, what, asked = sys.argv[1] + '/AWSLogs/**/*.json.gz', *sys.argv[2:]
db = duckdb.connect(config={'threads': 2})
db.execute('set enable_progress_bar = false')
big = 'maximum_object_size=67108864'
if what == 'records':
    rows = db.execute(f'''
        select r from (
            select unnest(from_json(json->'Records', '["json"]')) r
            from read_json_objects('{files}', format='newline_delimited', {big})
            where contains(json::varchar, '"{asked}"'))
        where r->>'eventName' = '{asked}' ''')
    while batch := rows.fetchmany(1000):
        for (record,) in batch:
            sys.stdout.write(record + '\\n')
else:
    members = 'struct(eventSource varchar, eventName varchar, errorCode varchar)[]'
    rows = db.execute(f'''
        select count(*) n, r.eventSource, r.eventName, coalesce(r.errorCode, '') e from (
            select unnest(Records) r from read_json('{files}', format='newline_delimited', {big},
            columns={{Records: '{members}'}}))
        group by all order by n desc, 2, 3, 4 limit 5''')
    for row in rows.fetchall():
        print(*row, sep='\\t')
"""

# One call a file, told the size that the file says, as the documentation of both has it.
_BARE = {
    "isal": "from isal.igzip_lib import DECOMP_GZIP, decompress\n"
    "inflate = lambda data, size: decompress(data, DECOMP_GZIP, 15, size)",
    "zlib": "import zlib\ninflate = lambda data, size: zlib.decompress(data, 31, size)",
}
_INFLATE = """
import os, sys
{inflate}
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith('.gz'):
            handle = os.open(os.path.join(folder, name), os.O_RDONLY)
            data = os.read(handle, os.fstat(handle).st_size)
            inflate(data, int.from_bytes(data[-4:], 'little'))
            os.close(handle)
"""


def ours(*arguments: str | Path, extra: bool = True, cores: int | None = None) -> str:
    """The command itself, as a line for the shell."""
    start = (str(_COMMAND),) if extra else (sys.executable, "-c", _WITHOUT_EXTRA)
    line = shlex.join((*start, *map(str, arguments)))
    return f"taskset -c 0 {line}" if cores == 1 else line


def our_records(folder: Path, *more: str, extra: bool = True, cores: int | None = None) -> str:
    """Every event asked for, whole."""
    question = ("--path", str(folder), "--event", ASKED, "--output", "raw", *more)
    return ours("search", "--via", "files", *question, extra=extra, cores=cores)


def our_count(path: Path) -> str:
    """The five most frequent calls, by service, name and error."""
    return ours("search", "--path", path, "--count-by", _COLUMNS, "--limit", "5")


def jq_records(folder: Path) -> str:
    """The pipeline that AWS and everybody else documents."""
    select = shlex.quote(f'.Records[] | select(.eventName == "{ASKED}")')
    return f"{_SORTED.format(folder=folder)} gzip -dc | jq -c {select}"


def jq_count(folder: Path) -> str:
    """The same for the count."""
    select = shlex.quote(_JQ_COUNT)
    count = "LC_ALL=C sort | uniq -c | sort -rn | head -5"
    return f"{_SORTED.format(folder=folder)} gzip -dc | jq -r {select} | {count}"


def duckdb(folder: Path, what: str) -> str:
    """DuckDB; `what` is records or count."""
    return shlex.join((sys.executable, "-c", _DUCKDB, str(folder), what, ASKED))


def bare(folder: Path, library: str) -> str:
    """Nothing but decompression, by isal or zlib, in one process."""
    script = _INFLATE.format(inflate=_BARE[library])
    return "taskset -c 0 " + shlex.join((sys.executable, "-c", script, str(folder)))
