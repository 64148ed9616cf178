"""The command line as a person meets it: what each command prints, writes and exits with."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
AMES = str(EXAMPLES / "ames.csv")
TWO = str(EXAMPLES / "two_houses.csv")
REAL = "price ~ area + Overall.Qual + Year.Built + Neighborhood"


def test_fit_as_json_agrees_with_statsmodels(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", AMES, REAL, "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    formula = "price ~ area + Q('Overall.Qual') + Q('Year.Built') + Neighborhood"
    theirs = smf.ols(formula, pd.read_csv(AMES)).fit()
    # the same parameters in another order: statsmodels puts categories first
    ours = {row["term"]: row for row in printed["tidy"]}
    for name, estimate, error in zip(theirs.params.index, theirs.params, theirs.bse, strict=True):
        row = ours.pop(name.replace("Q('", "").replace("')", ""))
        assert_allclose(row["estimate"], estimate, rtol=1e-9)
        assert_allclose(row["std_error"], error, rtol=1e-8)
    assert not ours
    assert printed["rows"] == {"used": 2930, "dropped": 0, "dropped_by": {}, "first_missing": {}}
    assert_allclose(printed["glance"][0]["r_squared"], theirs.rsquared, rtol=1e-10)


def test_fit_prints_a_table_and_the_order_of_arguments_does_not_matter(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", AMES, "price ~ area + Garage.Yr.Blt"]) == 0
    first = capsys.readouterr().out
    assert run(["fit", "price ~ area + Garage.Yr.Blt", AMES]) == 0
    assert capsys.readouterr().out == first
    assert "2,771 rows used, 159 dropped for missing values in Garage.Yr.Blt (159: rows 28, 120, 126, …)" in first
    assert "\x1b" not in first


def test_fit_as_csv_is_the_tidy_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", TWO, "price ~ size", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["term"] for row in rows] == ["Intercept", "size"]
    assert_allclose([float(row["estimate"]) for row in rows], [100.0, 200.0])
    assert rows[0]["std_error"] == ""


def test_a_file_may_have_a_tilde_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a~b.csv").write_text("x,y\n1,2\n2,4\n3,6\n")
    assert run(["fit", "y ~ x", "a~b.csv", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["formula"] == "y ~ x"


def test_without_a_command_the_help_is_all_that_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    printed = capsys.readouterr()
    assert "Usage" in printed.out + printed.err
    assert "slopewise: " not in printed.err


def test_a_tab_can_be_typed_as_a_delimiter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rows.txt").write_text("a,b\ty\n1\t1\n2\t3\n4\t4\n")  # commas are as many as tabs
    assert run(["fit", "rows.txt", "--target", "y", "--delimiter", r"\t", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["formula"] == "y ~ `a,b`"


def test_several_files_are_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.read_csv(AMES)
    for part, rows in enumerate(np.array_split(np.arange(len(table)), 3)):
        table.iloc[rows].to_csv(tmp_path / f"part{part}.csv", index=False)
    shards = sorted(str(path) for path in tmp_path.iterdir())
    assert run(["fit", *shards, "price ~ area + Street", "--format", "json"]) == 0
    sharded = json.loads(capsys.readouterr().out)
    assert run(["fit", AMES, "price ~ area + Street", "--format", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    for ours, theirs in zip(sharded["tidy"], whole["tidy"], strict=True):
        assert_allclose(ours["estimate"], theirs["estimate"], rtol=1e-12)


def test_options_reach_the_fit(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["fit", AMES, "price ~ area", "--weights", "Lot.Area", "--where", "area < 2000", "--level", "0.9"]
    assert run([*command, "--format", "json", "--threads", "1"]) == 0
    printed = json.loads(capsys.readouterr().out)
    model = sw.fit("price ~ area", AMES, weights="Lot.Area", where="area < 2000")
    assert printed["tidy"] == model.tidy(0.9).to_pylist()
    assert printed["rows"]["used"] < 2930


def test_descend_prints_the_ten_lines_of_the_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["descend", TWO, "price ~ size", "--learning-rate", "0.01", "--iterations", "10000"]) == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[0].split() == ["iteration", "cost", "dJ/dIntercept", "dJ/dsize", "Intercept", "size"]
    assert lines[2].split() == ["0", "7.93e+04", "-4.000e+02", "-6.500e+02", "4.00000e+00", "6.50000e+00"]
    assert lines[3].split() == ["1000", "3.41e+00", "6.007e-01", "-3.712e-01", "1.08228e+02", "1.94915e+02"]
    assert lines[11].split()[:2] == ["9000", "2.90e-05"]
    assert "stable below 0.5836, fastest 0.5714" in printed
    assert "after 3,531 iterations at this rate, after 163 iterations at the fastest" in printed


def test_descend_says_that_it_diverges_and_what_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["descend", TWO, "price ~ size", "--learning-rate", "0.8", "--iterations", "10"]) == 0
    printed = capsys.readouterr().out
    assert "Diverged" in printed
    assert "--learning-rate 0.5714" in printed
    assert "nan" not in printed.lower()


def test_descend_advises_to_scale(capsys: pytest.CaptureFixture[str]) -> None:
    formula = "price ~ size_sqft + bedrooms + floors + age"
    command = ["descend", str(EXAMPLES / "houses.csv"), formula, "--iterations", "1000"]
    assert run([*command, "--learning-rate", "5e-7"]) == 0
    printed = capsys.readouterr().out
    assert "try --scale: in standardised features the condition number is 2.99 instead of 1.01e+07" in printed
    assert "determine only 3 of 5 parameters" in printed
    assert run([*command, "--scale", "--format", "json"]) == 0
    run_record = json.loads(capsys.readouterr().out)
    assert run_record["status"] == "converged"
    assert run_record["scaled"] is True
    assert_allclose(run_record["condition"], 2.99, atol=0.005)


def test_save_predict_and_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, predicted = tmp_path / "m.json", tmp_path / "p.csv"
    assert run(["fit", AMES, REAL, "--save", str(saved), "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert (
        run(["predict", str(saved), AMES, "-o", str(predicted), "--interval", "prediction", "--keep", "PID,price"]) == 0
    )
    assert capsys.readouterr().err == f"wrote 2,930 predictions to {predicted}\n"
    table = pd.read_csv(predicted)
    assert list(table.columns) == ["PID", "price", "fitted", "lower", "upper"]
    assert_allclose(table.fitted, sw.load(saved).predict(AMES), rtol=1e-15)
    inside = (table.lower < table.price) & (table.price < table.upper)
    assert 0.93 < inside.mean() < 0.97
    assert run(["score", str(saved), AMES, "--format", "json"]) == 0
    score = json.loads(capsys.readouterr().out)
    assert_allclose(score["r2"], sw.load(saved).r2, rtol=1e-10)
    assert run(["score", str(saved), AMES]) == 0
    assert capsys.readouterr().out.startswith("r2")


def test_predictions_go_to_standard_output_with_every_column(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    saved = tmp_path / "m.json"
    run(["fit", TWO, "price ~ size", "--save", str(saved), "--quiet"])
    capfdbinary.readouterr()
    assert run(["predict", str(saved), str(EXAMPLES / "six_houses.csv")]) == 0
    table = pd.read_csv(io.BytesIO(capfdbinary.readouterr().out))
    assert list(table.columns) == ["size", "price", "fitted"]
    assert_allclose(table.fitted, 100 + 200 * table["size"])


def test_rows_that_cannot_be_predicted_stay_in_their_place(tmp_path: Path) -> None:
    saved, new, out = tmp_path / "m.json", tmp_path / "new.csv", tmp_path / "out.csv"
    run(["fit", AMES, "price ~ area + Street", "--save", str(saved), "--quiet"])
    new.write_text('area,Street,note\n1000,Pave,"a, b"\n,Pave,\n2000,Mud,x\n')
    assert run(["predict", str(saved), str(new), "-o", str(out)]) == 1
    assert not out.exists()
    assert run(["predict", str(saved), str(new), "-o", str(out), "--unseen", "missing"]) == 0
    table = pd.read_csv(out)
    assert table.fitted.isna().tolist() == [False, True, True]
    assert table.note.tolist()[0] == "a, b"


def test_what_is_kept_is_copied_as_the_file_has_it(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    saved, new = tmp_path / "m.json", tmp_path / "new.csv"
    run(["fit", TWO, "price ~ size", "--save", str(saved), "--quiet"])
    new.write_text(
        'id;zip;size;"a, b";ok;day\n'
        '1152921504606846977;01234;1.50;"x ""y""";TRUE;2020-01-02\n'
        ";00001;2;NA;false;2021-02-03\n"
    )
    capfdbinary.readouterr()
    assert run(["predict", str(saved), str(new)]) == 0
    assert capfdbinary.readouterr().out.decode() == (
        '"id","zip","size","a, b","ok","day","fitted"\n'
        '1152921504606846977,01234,1.50,"x ""y""",TRUE,2020-01-02,400\n'
        ",00001,2,,false,2021-02-03,500\n"
    )
    command = ["predict", str(saved), str(new), "--keep", 'zip, "a, b",zip', "--where", "zip > 1"]
    assert run(command) == 0
    assert capfdbinary.readouterr().out.decode() == '"zip","a, b","fitted"\n01234,"x ""y""",400\n'


def test_a_number_column_that_is_only_copied_may_hold_anything(tmp_path: Path) -> None:
    saved, new, out = tmp_path / "m.json", tmp_path / "new.csv", tmp_path / "out.csv"
    run(["fit", TWO, "price ~ size", "--save", str(saved), "--quiet"])
    new.write_text('size,n\n1,1\n2,"3, or ""4"""\n3,3\n')
    assert run(["predict", str(saved), str(new), "-o", str(out), "--quiet"]) == 0
    assert pd.read_csv(out, dtype=str).n.tolist() == ["1", '3, or "4"', "3"]


def test_what_a_csv_cannot_hold_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, new, out = tmp_path / "m.json", tmp_path / "new.parquet", tmp_path / "out.csv"
    run(["fit", TWO, "price ~ size", "--save", str(saved), "--quiet"])
    pd.DataFrame({"size": [1.0, 2.0], "tags": [["a"], ["b"]]}).to_parquet(new)
    capsys.readouterr()
    assert run(["predict", str(saved), str(new), "-o", str(out)]) == 1
    assert "column 'tags' is of type list" in capsys.readouterr().err
    assert not out.exists()
    assert run(["predict", str(saved), str(new), "-o", str(out), "--keep", "size", "--quiet"]) == 0


def test_a_score_that_does_not_exist_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, new = tmp_path / "m.json", tmp_path / "one.csv"
    run(["fit", TWO, "price ~ size", "--save", str(saved), "--quiet"])
    new.write_text("price,size\n300,1\n")
    capsys.readouterr()
    run(["score", str(saved), str(new)])
    assert capsys.readouterr().out.startswith("r2       none\n")
    run(["score", str(saved), str(new), "--format", "csv"])
    assert capsys.readouterr().out.splitlines()[1].startswith(",")


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_pictures_are_written(suffix: str, tmp_path: Path) -> None:
    for number, command in enumerate(
        (
            ["fit", AMES, REAL],
            ["fit", str(EXAMPLES / "six_houses.csv"), "price ~ size"],
            ["descend", TWO, "price ~ size", "--learning-rate", "0.01"],
            ["descend", TWO, "price ~ size", "--learning-rate", "0.8", "--iterations", "10"],
        )
    ):
        path = tmp_path / f"{number}.{suffix}"
        assert run([*command, "--plot", str(path), "--quiet"]) == 0
        assert path.stat().st_size > 5_000


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"slopewise {sw.__version__}\n"
    for command in ("fit", "descend", "predict", "score"):
        assert run([command, "--help"]) == 0
        assert f"Example: slopewise {command}" in " ".join(capsys.readouterr().out.split())


def test_a_report_is_written_of_rows_that_can_be_read_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["fit", AMES, "price ~ area", "--where", '"Yr.Sold" > 2008', "--report", "r.html", "--keep", "PID"]
    assert run(asked) == 0
    assert "wrote r.html" in capsys.readouterr().err
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "PID" in page
    assert "989 rows" in page
    for more, said in (
        (["--by", "Street", "--report", "s.html"], "--report is of one model"),
        (["--report", "s.pdf"], "name it so, such as report.html"),
        (["--keep", "PID"], "add --report FILE"),
    ):
        assert run(["fit", AMES, "price ~ area", *more]) == 2
        assert said in capsys.readouterr().err
    assert run(["collect", AMES, "price ~ area", "-o", "a.moments", "--quiet"]) == 0
    assert run(["fit", "a.moments", "--report", "s.html"]) == 2
    assert "there are only their sums" in capsys.readouterr().err
    assert not list(tmp_path.glob("s.*"))
