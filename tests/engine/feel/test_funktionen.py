"""Examples that the standard gives for its built-in functions and operators, and what follows from its text.

Every line is true.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import feel

WAHR = r"""
number("1 000,0", " ", ",") = number("1,000.0", ",", ".")
time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")
date(date and time("2012-12-25T11:00:00Z")) = date("2012-12-25")
date and time("2012-12-24T23:59:00") = date and time(date("2012-12-24"), time("23:59:00"))
date and time("2012-12-24T23:59:00") + duration("PT1M") = date and time("2012-12-25T00:00:00")
time("T23:59:00z") = time(23, 59, 0, duration("PT0H"))
time(date and time("2012-12-25T11:00:00Z")) = time("11:00:00Z")
date and time("2012-12-24T23:59:00") - date and time("2012-12-22T03:45:00") = duration("P2DT20H14M")
duration("P2Y2M") = duration("P26M")
years and months duration(date("2011-12-22"), date("2013-08-24")) = duration("P1Y8M")
substring("foobar",3) = "obar"
substring("foobar",-2,1) = "a"
substring("\U01F40Eab", 2) = "ab"
string length("\U01F40Eab") = 3
substring before("foobar","bar")="foo"
substring before("foobar","xyz") = ""
substring before("foobar","o") = "f"
substring after("foobar","ob")="ar"
substring after("","a") = ""
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") = "[1=ab][2=]cd"
matches("foobar", "^fo*b")
split("John Doe", "\\s") = ["John","Doe"]
split("a;b;c;;", ";") = ["a","b","c","",""]
string join(["a","b","c"], "_and_") = "a_and_b_and_c"
string join(["a",null,"c"]) = "ac"
list contains([1,2,3], 2)
count([]) = 0
count([1,[2,3]]) = 2
min([1,2,3]) = 1
min("a","b") = "a"
min(1,2,3) = 1
min([]) = null
max(1) = 1
sum([1,2,3]) = 6
sum(1) = 1
sum([]) = null
mean([1,2,3]) = 2
mean([]) = null
all([false,null,true]) = false
all(true) = true
all([]) = true
all(0) = null
any([false,null,true]) = true
any([]) = false
sublist([4,5,6],1,2) = [4,5]
append([1],2,3) = [1,2,3]
concatenate([1,2],[3]) = [1,2,3]
insert before([1,3],1,2) = [2,1,3]
remove([1,2,3],2) = [1,3]
reverse([1,2,3]) = [3,2,1]
index of([1,2,3,2],2) = [2,4]
union([1,2],[2,3]) = [1,2,3]
distinct values([1,2,3,2,1]) = [1,2,3]
flatten([[1,2],[[3]],4]) = [1,2,3,4]
product([2,3,4]) = 24
median(8,2,5,3,4) = 4
median([6,1,2,3]) = 2.5
median([]) = null
stddev([47]) = null
mode([]) = []
mode([6,1,9,6,1]) = [1,6]
list replace([2,4,7,8], 3, 6) = [2,4,6,8]
list replace([2,4,7,8], function(item, newItem) item < newItem, 5) = [5,5,7,8]
decimal(1/3, 2) = .33
decimal(1.5, 0) = 2
decimal(2.5, 0) = 2
decimal(1.035, 2) = 1.04
decimal(1.045, 2) = 1.04
decimal(1.055, 2) = 1.06
floor(-1.5) = -2
floor(-1.56,1) = -1.6
ceiling(1.56,1) = 1.6
round up(-1.126,2) = -1.13
round half up(-5.5,0) = -6
round half down(5.5,0) = 5
abs(@"-PT5H") = @"PT5H"
modulo(-12,5) = 3
modulo(12,-5) = -3
modulo(10.1,4.5) = 1.1
modulo(-10.1,4.5) = 3.4
modulo(10.1,-4.5) = -3.4
sqrt(16) = 4
decimal(log(10),8) = 2.30258509
decimal(exp(5), 8) = 148.41315910
odd(5)
even(2)
is(time("23:00:50z"), time("23:00:50+00:00"))
is(date("2012-12-25"), time("23:00:50")) = false
[1,2,3,4][item > 2] = [3,4]
[{x:1,y:2},{x:2,y:3}][x=1] = [{x:1,y:2}]
[{x:1,y:2},{x:2,y:3}].y = [2,3]
[{x:1,y:2},{x:null,y:3}][x < 2] = [{x:1,y:2}]
get value({key1:"value1"}, "key1") = "value1"
get entries({key1:"value1"})[key="key1"].value = ["value1"]
context([{key:"a", value:1},{key:"b",value:2}]) = {a:1,b:2}
context put({x:1},"y",2) = {x:1,y:2}
context merge([{x:1},{y:2}]) = {x:1,y:2}
context merge([{x:1},{x:2}]) = {x:2}
sort(list: [3,1,4,5,2], precedes: function(x,y) x < y) = [1,2,3,4,5]
some x in [1,2,3], y in [2,3,4] satisfies x > y
(for i in 0..4 return if i = 0 then 1 else i * partial[-1]) = [1,1,2,6,24]
every x in [1,2] satisfies x > 0
1 + 1 = 2 and not(false)
day of year(date(2019,9,17)) = 260
day of week(date(2019,9,17)) = "Tuesday"
month of year(date(2019,9,17)) = "September"
week of year(date(2003,12,29)) = 1
week of year(date(2004,1,4)) = 1
week of year(date(2005,1,1)) = 53
week of year(date(2005,1,3)) = 1
before(1,10)
before([1..10],15)
during(5,[1..10])
during((1..10),[1..10])
coincides([1..5),[1..5))
finishes(10,[1..10])
starts(1,[1..10])
meets([1..5],[5..10])
overlaps([5..8],[1..5))= false
includes([1..10], 5)
date("2012-12-25") in [date("2012-12-24")..date("2012-12-26")]
{a:1} = {a:1}
[][1] = null
string(duration("P1Y13M")) = "P2Y1M"
string(@"2020-01-01T10:00:00@Europe/Paris") = "2020-01-01T10:00:00@Europe/Paris"
string([1,"a",{b:2}]) = "[1, \"a\", {b: 2}]"
string({a: "x"}) = "{a: \"x\"}"
string([1..3]) = "[1..3]"
5 between 1 and 10
(5 between null and 3) = false
{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r = 120
{"a-b": 1, r: a-b}.r = 1
{a b c: 5, d: a b c * 2}.d = 10
[1,2,3] = [1,2,3]
"a" < "b"
date("2021-01-31") + duration("P1M") = date("2021-02-28")
@"2021-01-01" + @"P1D" = @"2021-01-02"
(@"2021-01-01T00:00:00" - @"2021-01-01") = null
(for d in @"2021-01-01"..@"2021-01-03" return d) = [@"2021-01-01",@"2021-01-02",@"2021-01-03"]
if null then 1 else 2 = 2
(null[1]) = null
1[1] = 1
[1,2,3][-1] = 3
[1,2,3][4] = null
"\u00e4" = "ä"
(function(a: number) a)("x") = null
(function(a: list<number>) a)(1) = [1]
(function(a: number) a)([1]) = 1
{a: {b: [1,2,3]}}.a.b[2] = 2
[{a:1},{b:2}].a = [1, null]
1.5e3 = 1500
-1 < 0
- 1 + 2 = 1
2 ** -1 = 0.5
4 ** 0.5 = 2
date and time("2021-06-01T10:00:00@Europe/Berlin").time offset = @"PT2H"
@"12:00:00" instance of time
not(null) = null
10 in (1, [5..10])
"x" in ["x","y"]
[1,2] in [[1,2],[3]]
1 in [[2..4], 1]
string length("") = 0
upper case("aBc4") = "ABC4"
[1,null] = [1,null]
{a: null}.a = null
@"P1D" in [@"PT12H"..@"P2D"]
number("1e3") = 1000
""".strip().splitlines()


@pytest.mark.parametrize("text", WAHR)
def test_the_examples_of_the_standard_are_true(text: str) -> None:
    assert feel.evaluate(text, {}, jetzt=datetime(2026, 6, 1, 8, 0, tzinfo=UTC)) is True


@pytest.mark.parametrize(
    ("text", "wert"),
    [
        ("odd(1e30 + 1)", True),
        ("even(1e30 + 1)", False),
        ("odd(9999999999999999999999999999999999)", True),
        ("odd(1e40)", False),
        ("even(1e40)", True),
        ("even(1e6144)", True),
        ("odd(-1e30 - 1)", True),
        ("even(0.5)", False),
        ("odd(1e-6143)", False),
    ],
)
def test_odd_and_even_hold_for_all_34_digits(text: str, wert: bool) -> None:
    assert feel.evaluate(text, {}) is wert


def test_the_end_of_a_range_keeps_all_its_digits() -> None:
    text = 'range("[-9999999999999999999999999999999999..0]") = [-9999999999999999999999999999999999..0]'
    assert feel.evaluate(text, {}) is True
