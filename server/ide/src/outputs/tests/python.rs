//! Python's own tracebacks, and unittest's.

use expect_test::expect;

use super::check;

#[test]
fn python_traceback() {
    check(
        r#"
Traceback (most recent call last):
  File "/p/script.py", line 8, in <module>
    load()
  File "/p/script.py", line 5, in load
    return json.loads("{")
           ^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode
    obj, end = self.raw_decode(s, idx=_w(s, 0).end())
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/json/decoder.py", line 353, in raw_decode
    obj, end = self.scan_once(s, idx)
               ^^^^^^^^^^^^^^^^^^^^^^
json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
"#,
        expect![[r#"
            /p/script.py:5 python Error: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
        "#]],
    );
}

#[test]
fn python_syntax_error() {
    check(
        r#"
  File "/p/s.py", line 1
    bad syntax here
        ^^^^^^
SyntaxError: invalid syntax
"#,
        expect![[r#"
            /p/s.py:1 python Error: SyntaxError: invalid syntax
        "#]],
    );
}

#[test]
fn unittest() {
    check(
        r#"
F
======================================================================
FAIL: test_a (tests.ut.T.test_a)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/p/tests/ut.py", line 6, in test_a
    self.assertEqual(1, 2, "no luck")
AssertionError: 1 != 2 : no luck

----------------------------------------------------------------------
Ran 1 test in 0.005s

FAILED (failures=1)
"#,
        expect![[r#"
            /p/tests/ut.py:6 python Error: AssertionError: 1 != 2 : no luck
        "#]],
    );
}
