#!/bin/sh
# The lesson's houses, then a real table. Each command is shown before its output, so that it can be repeated.
set -eu
cd "$(dirname "$0")/.."
mkdir -p demo

title() { printf '\n\n=== %s\n' "$*"; }

show() {
    printf '\n$ slopewise'
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9._/-]*) printf ' "%s"' "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n\n'
    slopewise "$@"
}

# A diverging descent ends with exit code 1 by design; anything worse is a fault of ours.
show_diverging() { show "$@" || [ $? -eq 1 ]; }

echo "To repeat a command by hand, first type: . .venv/bin/activate"

title "Two houses: gradient descent finds the line through both"
show descend examples/two_houses.csv "price ~ size" --learning-rate 0.01 --iterations 10000 --plot demo/two_houses.png

title "The same with a learning rate above the largest stable one: it diverges"
show_diverging descend examples/two_houses.csv "price ~ size" --learning-rate 0.8 --iterations 10 \
    --plot demo/two_houses_diverging.png

title "The same in a page to play with, and the whole lesson: open them in a browser"
show explore examples/two_houses.csv "price ~ size" --learning-rate 0.01 -o demo/two_houses.html
show learn -o demo/learn.html

title "Three houses, four features: a thousand steps, and hardly begun"
show descend examples/houses.csv "price ~ size_sqft + bedrooms + floors + age" --learning-rate 5e-7 --iterations 1000

title "The same in standardised features: ten steps do it"
show descend examples/houses.csv "price ~ size_sqft + bedrooms + floors + age" --scale --learning-rate 0.5 --iterations 10

title "2 930 sales in Ames, Iowa: the exact answer"
show fit examples/ames.csv "price ~ area + Overall.Qual + Year.Built + Neighborhood" \
    --save demo/ames.json --plot demo/ames.png

title "The saved model predicts, and is held against the prices"
show predict demo/ames.json examples/ames.csv -o demo/predictions.csv
show score demo/ames.json examples/ames.csv

title "In demo/"
ls -l demo
