"""What comes in and what goes out: the reader's own rows, the address, files, copied runs, and predictions."""

from __future__ import annotations

import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from explorer.browser import payload_of
from explorer.reading import (
    FOUR,
    HOUSES,
    SIX,
    TALL,
    TWO,
    amount,
    card,
    choose,
    drag,
    field,
    figures,
    press,
    settled,
    words,
)

import slopewise as sw

pytestmark = pytest.mark.needs("chromium")

HOSTILE = [
    "</script><script>boom()</script>",
    "<img src=x onerror=boom()>",
    '"><svg onload=boom()>',
    "`${boom()}`",
    "a" * 4000,
]
VIEWS = ("data", "contours", "curve", "slice", "bowl", "modes", "predictions", "scaling")


@pytest.fixture
def two(open_page):
    return open_page(payload_of("price ~ size", TWO, learning_rate=0.01), height=TALL)


def output(*started: str) -> str:
    """What Python prints when it is started so."""
    return subprocess.run([sys.executable, *started], capture_output=True, text=True, check=True).stdout


def paste(page, text: str) -> None:
    page.get_by_role("textbox", name="A table as CSV text").fill(text)
    press(page, "Read the text")


def test_a_pasted_table_is_shown_and_fitted(two):
    paste(two, SIX.read_text(encoding="utf-8"))
    assert two.locator(".source").inner_text() == "pasted table · 6 rows · changed here"
    fit = sw.fit("price ~ size", SIX)
    best = card(two, "numbers").locator("tbody td:last-child").all_inner_texts()
    assert [amount(text) for text in best] == pytest.approx(
        [fit.coefficients["Intercept"], fit.coefficients["size"]], rel=1e-6
    )
    press(two, "Back to the data of this page")
    assert two.locator(".source").inner_text().startswith("two_houses.csv · 2 rows")


def test_of_a_wider_table_target_and_features_are_chosen(two):
    paste(two, "city;price;size;age\nA;300;1;\nB;500;2;3\nC;410;1,5;9\nD;620;2,5;1")
    assert two.get_by_role("checkbox", name="city").count() == 0
    card(two, "table").get_by_role("combobox", name="Target").select_option("price")
    press(two, "Show it")
    assert card(two, "table").locator(".message").inner_text().startswith("Shown: 3 rows. 1 row without a number")
    assert list(figures(two, "contours"))[:2] == ["w[size]", "w[age]"]


def test_a_dropped_file_is_shown_and_a_faulty_one_is_named(two):
    drop = """(text) => {
      const file = new File([text], "dropped.csv", { type: "text/csv" });
      const transfer = new DataTransfer();
      transfer.items.add(file);
      const shell = document.querySelector('[data-slopewise]').shadowRoot.querySelector('.explorer');
      shell.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }"""
    two.evaluate(drop, "x,y\n1,2\n2,3\n4,1\n")
    two.locator(".source", has_text="dropped.csv · 3 rows").wait_for()
    for text, said in [
        ("x,y\n1,2\n3\n", "Line 3 has 1 cells"),
        ("x,y\n1,1e999\n", "too large a number"),
        ("x,y\n1e200,2\n1,1\n", "too large"),
    ]:
        paste(two, text)
        assert said in card(two, "table").locator(".message").inner_text()
    assert two.locator(".source").inner_text().startswith("dropped.csv")


def test_the_table_is_edited_and_points_are_drawn(two):
    card(two, "table").locator("summary").click()
    press(two, "Add a row")
    cell = two.get_by_role("textbox", name="price, row 3")
    cell.fill("420")
    cell.press("Enter")
    assert figures(two, "numbers")["rows m"] == "3"
    press(two, "Add points")
    box = card(two, "data").locator("svg.picture").bounding_box()
    two.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert figures(two, "numbers")["rows m"] == "4"
    two.get_by_role("slider", name="Row 4").press("Delete")
    press(two, "Delete row 3")
    assert figures(two, "numbers")["rows m"] == "2"


def test_a_copied_python_program_and_command_reproduce_the_run(open_page, tmp_path):
    two = open_page(sw.explore(TWO, tmp_path / "two.html", formula="price ~ size", learning_rate=0.01), height=TALL)
    field(two, "Iteration k", 1000)
    shown = figures(two, "curve")
    code = card(two, "reproduce").locator("code")
    command = shlex.split(code.nth(1).inner_text())
    assert command[:3] == ["slopewise", "descend", str(TWO)]
    assert shown["J"][:5] in output("-c", code.nth(0).inner_text())
    assert shown["J"][:4] in output("-m", *command)
    drag(two, "Row 2", 0, 20)
    changed = code.nth(0).inner_text()
    assert '"price": [300, ' in changed
    assert output("-c", changed)


def test_each_picture_is_saved_as_png_and_as_svg(two):
    for name in VIEWS:
        for kind in ("png", "svg"):
            with two.expect_download() as waiting:
                card(two, name).locator(f'[data-export="{kind}"]').click()
            content = waiting.value.path().read_bytes()
            assert waiting.value.suggested_filename == f"slopewise-{name}.{kind}"
            if kind == "png":
                width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
                assert content.startswith(b"\x89PNG\r\n\x1a\n")
                assert width > 500
                assert height > 300
                assert len(content) > 6_000
            else:
                root = ElementTree.fromstring(content)
                assert root.tag == "{http://www.w3.org/2000/svg}svg"
                assert b"var(--" not in content


def test_the_address_keeps_the_state_and_brings_it_back(open_page):
    payload = payload_of(FOUR, HOUSES)
    page = open_page(payload, height=TALL)
    field(page, "Learning rate α", 4e-7)
    field(page, "Iteration k", 12_345)
    choose(page, "contours", "Across", "3")
    choose(page, "contours", "Others", "reoptimised")
    choose(page, "curve", "Cost", "linear")
    choose(page, "predictions", "Show", "residuals")
    page.wait_for_function("() => location.hash.includes('against=residuals')")
    again = open_page(payload, height=TALL, hash=page.evaluate("location.hash"))
    for name in ("numbers", "contours", "curve", "data"):
        assert figures(again, name) == figures(page, name)
    assert again.evaluate("location.hash") == page.evaluate("location.hash")


@pytest.mark.parametrize(
    "hash",
    [
        "#v=1&rate=<img src=x onerror=boom()>",
        "#v=1&rate=1e999",
        "#v=1&start=1,2,3",
        "#v=1&pair=9,9",
        "#v=2",
        "#" + "x" * 10_000_000,
    ],
)
def test_a_crafted_address_is_refused_in_words_and_changes_nothing(open_page, hash):
    page = open_page(payload_of("price ~ size", TWO, learning_rate=0.01), hash=hash if len(hash) < 10_000 else "")
    if len(hash) > 10_000:
        page.evaluate("(hash) => { location.hash = hash; }", hash)
        page.wait_for_timeout(200)
    settled(page)
    assert page.locator(".note").first.inner_text().endswith("It is ignored.")
    assert page.get_by_role("textbox", name="Learning rate α").input_value() == "0.01"


@pytest.mark.parametrize("name", HOSTILE)
def test_crafted_names_are_text(open_page, name):
    page = open_page(payload_of(f"y ~ `{name.replace('`', '``')}`", {name: [1.0, 2, 4], "y": [2.0, 3, 9]}), height=TALL)
    page.evaluate("() => { window.boom = () => { throw new Error('ran'); }; }")
    for summary in page.locator("summary").all():
        summary.click()
    paste(page, f'"{name.replace(chr(34), chr(34) * 2)}",y\n1,2\n2,4\n3,5\n')
    press(page, "One step forward")
    assert page.locator(".explorer").locator("img, script, svg[onload]").count() == 0
    assert name[:20] in words(page)


def test_enormous_numbers_in_a_table_are_refused_or_drawn_but_never_nan(two):
    paste(two, "x,y\n1e130,1\n-1e130,2\n3e130,1e-300\n")
    assert "2/λmax" in words(two)
    assert "NaN" not in words(two)


TOLD = {
    "threshold": ["0.5836", "3.033", "5.6×10⁹"],
    "patience": ["κ = 47"],
    "faster": ["3,531", "163", "21,874", "18,932", "43,747"],
    "height": ["12,500", "−250"],
    "units": ["κ"],
}


@pytest.mark.parametrize("task", ["threshold", "faster", "height"])
def test_a_prediction_is_asked_for_and_then_the_answer_revealed(two, task):
    choose(two, "tasks", "Task", task)
    tasks = card(two, "tasks")
    press(two, "Reveal")
    assert tasks.locator(".answer").inner_text() == ""
    assert tasks.locator(".fault").inner_text() != ""
    if task == "faster":
        tasks.get_by_role("radio").nth(1).check()
    else:
        tasks.get_by_role("textbox", name="My prediction").fill("0.6")
    press(two, "Reveal")
    said = tasks.locator(".answer").inner_text()
    assert all(text in said for text in TOLD[task]), said


def test_the_tasks_of_many_features_have_the_lessons_figures(open_page):
    page = open_page(payload_of(FOUR, HOUSES, learning_rate=5e-7), height=TALL)
    said = {}
    for task, prediction in [("patience", "1000"), ("units", "3"), ("many", None)]:
        choose(page, "tasks", "Task", task)
        tasks = card(page, "tasks")
        if prediction:
            tasks.get_by_role("textbox", name="My prediction").fill(prediction)
        else:
            tasks.get_by_role("radio").nth(2).check()
        press(page, "Reveal")
        said[task] = tasks.locator(".answer").inner_text()
    assert "J = 686.7" in said["patience"]
    assert "1.01×10⁷" in said["patience"]
    assert "2.99" in said["units"]
    assert "0.669" in said["units"]
    assert "J = 0.046 in ten steps" in said["units"]
    assert said["many"].startswith("Right.")
    assert "w[bedrooms] = 23.47" in said["many"]
