"""What goes wrong gets one clear sentence, exit code 1 or 2, no traceback, and nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slopewise.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
AMES = str(EXAMPLES / "ames.csv")
TWO = str(EXAMPLES / "two_houses.csv")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a few broken files in it."""
    monkeypatch.chdir(tmp_path)
    files = {
        "empty.csv": "",
        "header.csv": "price,area\n",
        "text.csv": "price,area\n1,10\n2,20\n3,lots\n4,40\n5,50\n",
        "inf.csv": "price,area\n1,10\n2,inf\n3,30\n",
        "nan.csv": "price,area\n1,10\n2,nan\n3,30\n5,40\n",
        "few.csv": "price,a,b\n1,2,3\n2,5,7\n",
        "zero.csv": "price,area\n1,10\n2,0\n3,30\n",
        "flat.csv": "price,area\n7,10\n7,20\n7,30\n",
        "ids.csv": f"price,id\n1,{2**60}\n2,{2**60 + 1}\n3,{2**60 + 2}\n",
        "m.json": "{}",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "h.duckdb").touch()
    (tmp_path / "latin.csv").write_bytes("a,b\né,1\n".encode("latin-1"))
    (tmp_path / "wide.csv").write_text("price,area\n1,2\n", encoding="utf-16")
    (tmp_path / "folder.csv").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (["fit", "nothing.csv", "price ~ area"], 1, "nothing.csv"),
        (["fit", "folder.csv", "price ~ area"], 1, "folder.csv is a directory"),
        (["fit", "empty.csv", "price ~ area"], 1, "empty.csv is empty"),
        (["fit", "header.csv", "price ~ area"], 1, "header.csv has a header but no rows"),
        (["fit", "few.csv", "price ~ a + b"], 1, "few.csv has 2 usable rows for 3 parameters"),
        (["fit", AMES, "price ~ aera"], 1, "ames.csv has no column 'aera'; did you mean 'area'?"),
        (["fit", "text.csv", "price ~ area"], 1, "text.csv has 'lots' in column 'area' at row 3 (line 4)"),
        (["fit", "text.csv", "area ~ price"], 1, "text.csv has 'lots' in column 'area' at row 3 (line 4)"),
        (
            ["fit", AMES, "price ~ ."],
            1,
            "ames.csv has no complete row among 2,930; missing values are in Pool.QC (2,917)",
        ),
        (["fit", "inf.csv", "price ~ area"], 1, "inf.csv, row 2: column 'area' is infinite"),
        (["fit", "zero.csv", "price ~ log(area)"], 1, "zero.csv, row 2: log(area)"),
        (["fit", "nan.csv", "price ~ area", "--missing", "error"], 1, "row 2"),
        (["fit", AMES], 2, "no formula: one argument has to hold a '~'"),
        (["fit", "price ~ area"], 2, "no data beside the formula 'price ~ area'"),
        (["fit", AMES, "price ~ area", "area ~ price"], 2, "two formulas"),
        (["fit", AMES, "price ~ area +"], 2, "price ~ area +\n                  ^"),
        (["fit", AMES, "price ~ (area"], 2, "price ~ (area"),
        (["fit", AMES, "price ~ lot area"], 2, "`lot area`"),
        (["fit", AMES, "price ~ __import__('os')"], 2, "^"),
        (["fit", AMES, "price ~ a.__class__"], 1, "no column 'a.__class__'"),
        (["fit", AMES, "price ~ sin(area)"], 2, "sin"),
        (["fit", AMES, "price ~ area", "--format", "xml"], 2, "'xml' is not one of 'table', 'json', 'csv'"),
        (["fit", AMES, "price ~ area", "--level", "95"], 2, "must lie between 0 and 1"),
        (["fit", AMES, "price ~ area", "--weights", "wieght"], 1, "no column 'wieght'"),
        (["fit", AMES, "price ~ area", "--threads", "0"], 2, "threads"),
        (["fit", AMES, "price ~ area", "--save", "no/m.json"], 1, "there is no folder"),
        (["fit", AMES, "price ~ area", "--save", "folder.csv"], 1, "folder.csv is a directory"),
        (["fit", AMES, "price ~ area", "--plot", "p.gif"], 2, "p.gif: pictures are written as .png, .svg or .pdf"),
        (["fit", AMES, "price ~ area", "--colour"], 2, "--colour"),
        (["fitt", AMES], 2, "fitt"),
        (["descend", TWO, "price ~ size", "--learning-rate", "-0.1"], 2, "--learning-rate -0.1 makes no steps"),
        (["descend", TWO, "price ~ size", "--learning-rate", "nan"], 2, "--learning-rate nan makes"),
        (["descend", TWO, "price ~ size", "--learning-rate", "fast"], 2, "fast is neither a number nor 'auto'"),
        (["descend", TWO, "price ~ size", "--momentum", "1"], 2, "--momentum 1"),
        (["descend", TWO, "price ~ size", "--iterations", "-1"], 2, "--iterations -1 is"),
        (["descend", TWO, "price ~ size", "--learning-rate", "0.8", "--save", "d.json"], 1, "the largest stable rate"),
        (["predict", TWO, "m.json"], 1, "two_houses.csv is not a slopewise model (it is no JSON text)"),
        (["describe"], 2, "no data: name a file"),
        (["describe", TWO, "-o", "out.html", "--format", "csv"], 2, "--format csv is for what is printed"),
        (["predict", "m.json", TWO, "-o", "out.csv"], 1, "m.json is not a slopewise model"),
        (["predict", "none.json", TWO], 1, "none.json cannot be read"),
        (["score", "m.json", TWO], 1, "m.json is not a slopewise model"),
        (["fit", "t.csv", "a ~ b", "--target", "a"], 2, "both a formula, 'a ~ b', and --target a"),
        (["fit", "t.csv", "a ~ b", "--features", "b"], 2, "--features names columns for --target"),
        (["fit", "--db", "x.db", "a ~ b", "t.csv"], 2, "a database was given and no query"),
        (["fit", "--sql", "FROM 't.csv'", "a ~ b", "t.csv"], 2, "data and a query were both given"),
        (["fit", "ids.csv", "price ~ C(id)"], 1, "ids.csv, row 1: column 'id' is a number beyond 2^53"),
        (
            ["fit", "ids.csv", "price ~ 1", "--by", "id"],
            1,
            "so it names no group; read such identifiers as text (--text",
        ),
        (["fit", "ids.csv", "price ~ 1", "--cov", "cluster:id"], 1, "ids.csv, row 1: column 'id' is a number beyond"),
        (["fit", "few.csv", "price ~ a", "--save", "few.csv"], 2, "few.csv is read by this command, and would be lost"),
        (["fit", "f*.csv", "price ~ a", "--save", "few.csv"], 2, "few.csv is read by this command, and would be lost"),
        (["predict", "m.json", "few.csv", "-o", "m.json"], 2, "m.json is read by this command, and would be lost"),
        (["fit", "few.csv", "price ~ a", "--save", "p.png", "--plot", "p.png"], 2, "p.png is written twice"),
        (["fit", "few.csv", "price ~ a", "--threads", "99999999999"], 2, "a whole number from 1 to 1,024"),
        (
            ["fit", "few.csv", "price ~ a", "--where", "ara > 1"],
            2,
            "there is no column 'ara'; it has 'price', 'a', 'b' (a text stands in single quotes)",
        ),
        (["fit", "few.csv", "price ~ a", "--format", "xml"], 2, "'--format': 'xml' is not one of 'table',"),
        (["fit", "few.csv", "price ~ a", "--where", ""], 2, "--where '' is not a condition on the columns"),
        (["fit", "h.duckdb", "a ~ b"], 1, "give it as --db 'h.duckdb', and say which rows, with --sql 'SELECT …'"),
        (["fit", "~/no such file.csv", "a ~ b"], 1, "~/no such file.csv does not exist"),
        (["fit", "latin.csv", "a ~ b"], 1, 'give the encoding of the file, such as --encoding "latin-1"'),
        (
            ["fit", "text.csv", "price ~ area", "--numbers", "area"],
            1,
            "(or say --missing-values 'lots'), or say --text",
        ),
        (["fit", "--db", "x.duckdb", "a ~ b"], 2, "a database was given and no query: say which rows, with --sql"),
        (["fit", "t.csv", "--features", "b"], 2, "such as 'price ~ area'; or name the --target"),
        (["fit", "few.csv", "price ~ a", "--where", "area=1"], 2, "--where 'area=1' is not a condition"),
        (["fit", "few.csv", "text='a' ~ b"], 2, "text='a' ~ b\n"),
        (
            ["fit", "few.csv", "price ~ 1", "--where", "1=1) UNION ALL (SELECT 1"],
            2,
            "is not a condition on the columns",
        ),
        (["fit", "few.csv", "price ~ 1", "--where", "1=1); COPY (SELECT 1) TO 'x.csv'; --"], 2, "is not a condition"),
        (["fit", "few.csv", "price ~ 1", "--where", "1 IN (SELECT 1 FROM 'nan.csv')"], 2, "Cannot access file"),
        (["fit", "few.csv", "price ~ 1", "--where", "1 IN (SELECT 1 FROM glob('/*'))"], 2, "Cannot access file"),
    ],
)
def test_one_clear_sentence(
    command: list[str], code: int, says: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.rglob("*"))
    assert run(command) == code
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.err.startswith("slopewise: ")
    assert "Traceback" not in printed.err
    assert printed.out == ""
    assert sorted(folder.rglob("*")) == before


def test_a_missing_value_is_dropped_and_a_constant_target_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fit", "nan.csv", "price ~ area"]) == 0
    assert "3 rows used, 1 dropped for missing values in area (1: row 2)" in capsys.readouterr().out
    assert run(["fit", "flat.csv", "price ~ area"]) == 0
    assert "price is constant (7)" in capsys.readouterr().out


def test_a_fault_after_the_first_output_leaves_no_half_of_it(folder: Path) -> None:
    assert run(["fit", TWO, "price ~ size", "--save", "old.json", "--quiet"]) == 0
    old = Path("old.json").read_bytes()
    Path("new.csv").write_text("size\n1\n2\ninf\n")
    assert run(["predict", "old.json", "new.csv", "-o", "out.csv"]) == 1
    assert not Path("out.csv").exists()
    assert run(["fit", "few.csv", "price ~ a + b", "--save", "old.json"]) == 1
    assert Path("old.json").read_bytes() == old


def _start(*arguments: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "slopewise", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("after", [0.05, 3.0])
def test_ctrl_c_is_a_sentence_and_leaves_nothing(after: float, folder: Path) -> None:
    command = (
        "descend",
        TWO,
        "price ~ size",
        "--learning-rate",
        "0.0001",
        "--iterations",
        "1000000000",
        "--tolerance",
        "0",
    )
    with _start(*command, "--save", "d.json", folder=folder) as process:
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    if after > 1:  # before that, Python itself may not have got as far as our first line
        assert process.returncode == 1
        assert err.decode() == "slopewise: interrupted; no file was left half-written\n"
    assert out == b""
    assert not Path("d.json").exists()


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP])
def test_to_be_told_to_end_leaves_nothing_either(kind: signal.Signals, folder: Path) -> None:
    assert run(["fit", TWO, "price ~ size", "--save", "m.json", "--quiet"]) == 0
    Path("long.csv").write_text("size\n" + "1\n" * 12_000_000)
    before = sorted(folder.iterdir())
    with _start("predict", "m.json", "long.csv", "-o", "out.csv", folder=folder) as process:
        deadline = time.monotonic() + 60
        while sorted(folder.iterdir()) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(kind)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.decode() == "slopewise: interrupted; no file was left half-written\n"
    assert sorted(folder.iterdir()) == before


def test_a_full_device_is_a_sentence(folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "slopewise", "fit", TWO, "price ~ size"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("slopewise: the answer could not be written: No space left on device; ")


def test_standard_output_may_be_closed_or_know_few_characters(folder: Path) -> None:
    command = f"'{sys.executable}' -m slopewise fit '{TWO}' 'price ~ size'"
    closed = subprocess.run(f"{command} --save m.json >&-", shell=True, capture_output=True, timeout=60, check=False)
    assert (closed.returncode, closed.stderr.decode()) == (0, "wrote m.json\n")
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii"}
    few = subprocess.run(command, shell=True, capture_output=True, timeout=60, check=False, env=ascii_only)
    assert few.returncode == 0
    assert b"R^2 1.0000" in few.stdout
    assert b"\\" not in few.stdout


def test_a_file_whose_name_is_not_utf8_is_refused(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9.csv")
    Path(name).write_text("price,area\n1,2\n")
    with _start("fit", name, "price ~ area", folder=folder) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == b"slopewise: caf\\udce9.csv has a name that is not UTF-8 text; rename it\n"


def test_a_reader_that_leaves_early_is_no_fault(folder: Path) -> None:
    assert run(["fit", AMES, "price ~ area", "--save", "a.json", "--quiet"]) == 0
    with _start("predict", "a.json", AMES, folder=folder) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.wait(timeout=60)
    assert process.returncode == 1


def _on_terminal(formula: str, **variables: str) -> bytes:
    import pty

    master, slave = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"} | variables
    subprocess.run(
        [sys.executable, "-m", "slopewise", "fit", AMES, formula],
        stdout=slave,
        env=environment,
        check=True,
        timeout=60,
    )
    os.close(slave)
    chunks = []
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(master)
    return b"".join(chunks)


def test_a_narrow_terminal_shortens_no_number(folder: Path) -> None:
    narrow = _on_terminal("price ~ area + Bldg.Type", COLUMNS="30", NO_COLOR="1").decode()
    assert "…" not in narrow
    for cell in ("estimate", "95 % low", "Intercept", "Bldg.Type", "[T.2fmCon]"):
        assert cell in narrow
    wide = _on_terminal("price ~ area + Bldg.Type", COLUMNS="200", NO_COLOR="1").decode()
    assert narrow.split().count("<1e-15") == wide.split().count("<1e-15")


def test_colour_only_where_a_terminal_wants_it(folder: Path) -> None:
    assert b"\x1b[1m" in _on_terminal("price ~ area")
    plain = _on_terminal("price ~ area", NO_COLOR="1")
    assert b"area" in plain
    assert b"\x1b[3" not in plain
