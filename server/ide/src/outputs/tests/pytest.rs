//! What pytest prints, in each of its styles.

use expect_test::expect;

use super::check;

#[test]
fn pytest_9_2() {
    check(
        r#"
============================= test session starts ==============================
platform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0
rootdir: /tmp/rl/p
plugins: platformdirs-4.14.7
collected 5 items

tests/test_core.py FFFEF                                                 [100%]

==================================== ERRORS ====================================
________________________ ERROR at setup of test_fixture ________________________

    @pytest.fixture
    def broken():
>       raise RuntimeError("no fixture")
E       RuntimeError: no fixture

tests/test_core.py:28: RuntimeError
=================================== FAILURES ===================================
___________________________________ test_div ___________________________________

    def test_div():
        warnings.warn("old", DeprecationWarning)
>       assert core.div(4, 2) == 3
E       assert 2.0 == 3
E        +  where 2.0 = <function div at 0x7f12725eb9c0>(4, 2)
E        +    where <function div at 0x7f12725eb9c0> = core.div

tests/test_core.py:15: AssertionError
----------------------------- Captured stdout call -----------------------------
docs
s.py
script.py
src
tests
_________________________________ test_helper __________________________________

    def test_helper():
>       helper(1)

tests/test_core.py:19: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 

value = 1

    def helper(value):
>       raise ValueError(f"bad {value}")
E       ValueError: bad 1

tests/test_core.py:10: ValueError
__________________________________ test_json ___________________________________

    def test_json():
>       json.loads("{")

tests/test_core.py:23: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 
/usr/lib/python3.11/json/__init__.py:346: in loads
    return _default_decoder.decode(s)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^
/usr/lib/python3.11/json/decoder.py:337: in decode
    obj, end = self.raw_decode(s, idx=_w(s, 0).end())
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 

self = <json.decoder.JSONDecoder object at 0x7f12733d2bd0>, s = '{', idx = 0

    def raw_decode(self, s, idx=0):
        """Decode a JSON document from ``s`` (a ``str`` beginning with
        a JSON document) and return a 2-tuple of the Python
        representation and the index in ``s`` where the document ended.
    
        This can be used to decode a JSON document from a string that may
        have extraneous data at the end.
    
        """
        try:
>           obj, end = self.scan_once(s, idx)
                       ^^^^^^^^^^^^^^^^^^^^^^
E           json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)

/usr/lib/python3.11/json/decoder.py:353: JSONDecodeError
_______________________________ TestIt.test_n[1] _______________________________

self = <test_core.TestIt object at 0x7f1272400cd0>, n = 1

    @pytest.mark.parametrize("n", [1])
    def test_n(self, n):
>       assert n == 2, "n is wrong"
E       AssertionError: n is wrong
E       assert 1 == 2

tests/test_core.py:38: AssertionError
=============================== warnings summary ===============================
tests/test_core.py::test_div
  /p/tests/test_core.py:14: DeprecationWarning: old
    warnings.warn("old", DeprecationWarning)

-- Docs: https://docs.pytest.org/en/stable/how-to/capture-warnings.html
=========================== short test summary info ============================
FAILED tests/test_core.py::test_div - assert 2.0 == 3
FAILED tests/test_core.py::test_helper - ValueError: bad 1
FAILED tests/test_core.py::test_json - json.decoder.JSONDecodeError: Expectin...
FAILED tests/test_core.py::TestIt::test_n[1] - AssertionError: n is wrong
ERROR tests/test_core.py::test_fixture - RuntimeError: no fixture
==================== 4 failed, 1 warning, 1 error in 0.15s =====================
"#,
        expect![[r#"
            tests/test_core.py:28 pytest Error: ERROR at setup of test_fixture: RuntimeError: no fixture
            tests/test_core.py:15 pytest Error: test_div: assert 2.0 == 3
            tests/test_core.py:10 pytest Error: test_helper: ValueError: bad 1
            tests/test_core.py:23 pytest Error: test_json: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
            tests/test_core.py:38 pytest Error: TestIt.test_n[1]: AssertionError: n is wrong
        "#]],
    );
}

#[test]
fn pytest_that_cannot_collect() {
    check(
        r#"

==================================== ERRORS ====================================
____________________ ERROR collecting tests/test_import.py _____________________
ImportError while importing test module '/p/tests/test_import.py'.
Hint: make sure your test modules/packages have valid Python names.
Traceback:
/usr/lib/python3.11/importlib/__init__.py:126: in import_module
    return _bootstrap._gcd_import(name[level:], package, level)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
tests/test_import.py:1: in <module>
    import missing_module
E   ModuleNotFoundError: No module named 'missing_module'
____________________ ERROR collecting tests/test_syntax.py _____________________
.nox/t/lib/python3.11/site-packages/_pytest/python.py:528: in importtestmodule
    mod = import_path(
.nox/t/lib/python3.11/site-packages/_pytest/pathlib.py:640: in import_path
    importlib.import_module(module_name)
/usr/lib/python3.11/importlib/__init__.py:126: in import_module
    return _bootstrap._gcd_import(name[level:], package, level)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
<frozen importlib._bootstrap>:1204: in _gcd_import
    ???
<frozen importlib._bootstrap>:1176: in _find_and_load
    ???
<frozen importlib._bootstrap>:1147: in _find_and_load_unlocked
    ???
<frozen importlib._bootstrap>:690: in _load_unlocked
    ???
.nox/t/lib/python3.11/site-packages/_pytest/assertion/rewrite.py:176: in exec_module
    source_hash, co = _rewrite_test(fn, self.config)
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
.nox/t/lib/python3.11/site-packages/_pytest/assertion/rewrite.py:339: in _rewrite_test
    tree = ast.parse(source, filename=strfn)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
/usr/lib/python3.11/ast.py:50: in parse
    return compile(source, filename, mode, flags,
E     File "/p/tests/test_syntax.py", line 1
E       def f(:
E             ^
E   SyntaxError: invalid syntax
=========================== short test summary info ============================
ERROR tests/test_import.py
ERROR tests/test_syntax.py
!!!!!!!!!!!!!!!!!!! Interrupted: 2 errors during collection !!!!!!!!!!!!!!!!!!!!
2 errors in 0.27s
"#,
        expect![[r#"
            tests/test_import.py:1 pytest Error: ERROR collecting tests/test_import.py: ModuleNotFoundError: No module named 'missing_module'
            /p/tests/test_syntax.py:1 pytest Error: ERROR collecting tests/test_syntax.py: SyntaxError: invalid syntax
        "#]],
    );
}

#[test]
fn pytest_short() {
    check(
        r#"
FF                                                                       [100%]
=================================== FAILURES ===================================
_________________________________ test_helper __________________________________
tests/test_core.py:19: in test_helper
    helper(1)
tests/test_core.py:10: in helper
    raise ValueError(f"bad {value}")
E   ValueError: bad 1
__________________________________ test_json ___________________________________
tests/test_core.py:23: in test_json
    json.loads("{")
/usr/lib/python3.11/json/__init__.py:346: in loads
    return _default_decoder.decode(s)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^
/usr/lib/python3.11/json/decoder.py:337: in decode
    obj, end = self.raw_decode(s, idx=_w(s, 0).end())
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
/usr/lib/python3.11/json/decoder.py:353: in raw_decode
    obj, end = self.scan_once(s, idx)
               ^^^^^^^^^^^^^^^^^^^^^^
E   json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
=========================== short test summary info ============================
FAILED tests/test_core.py::test_helper - ValueError: bad 1
FAILED tests/test_core.py::test_json - json.decoder.JSONDecodeError: Expectin...
2 failed in 0.05s
"#,
        expect![[r#"
            tests/test_core.py:10 pytest Error: test_helper: ValueError: bad 1
            tests/test_core.py:23 pytest Error: test_json: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
        "#]],
    );
}

#[test]
fn pytest_line() {
    check(
        r#"
FF                                                                       [100%]
=================================== FAILURES ===================================
E   ValueError: bad 1
/p/tests/test_core.py:10: ValueError: bad 1
E   assert 2.0 == 3
     +  where 2.0 = <function div at 0x7f4f207f6480>(4, 2)
     +    where <function div at 0x7f4f207f6480> = core.div
----------------------------- Captured stdout call -----------------------------
docs
s.py
script.py
src
tests
/p/tests/test_core.py:15: assert 2.0 == 3
=============================== warnings summary ===============================
tests/test_core.py::test_div
  /p/tests/test_core.py:14: DeprecationWarning: old
    warnings.warn("old", DeprecationWarning)

-- Docs: https://docs.pytest.org/en/stable/how-to/capture-warnings.html
=========================== short test summary info ============================
FAILED tests/test_core.py::test_helper - ValueError: bad 1
FAILED tests/test_core.py::test_div - assert 2.0 == 3
2 failed, 1 warning in 0.02s
"#,
        expect![[r#"
            /p/tests/test_core.py:10 pytest Error: ValueError: bad 1
            /p/tests/test_core.py:15 pytest Error: assert 2.0 == 3
        "#]],
    );
}

#[test]
fn pytest_native() {
    check(
        r#"
F                                                                        [100%]
=================================== FAILURES ===================================
__________________________________ test_json ___________________________________
Traceback (most recent call last):
  File ".nox/t/lib/python3.11/site-packages/_pytest/runner.py", line 361, in from_call
    result: TResult | None = func()
                             ^^^^^^
  File "/p/tests/test_core.py", line 23, in test_json
    json.loads("{")
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
=========================== short test summary info ============================
FAILED tests/test_core.py::test_json - json.decoder.JSONDecodeError: Expectin...
1 failed in 0.02s
"#,
        expect![[r#"
            /p/tests/test_core.py:23 pytest Error: test_json: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
        "#]],
    );
}

#[test]
fn pytest_doctest() {
    check(
        r#"
============================= test session starts ==============================
platform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0
rootdir: /tmp/rl/p
plugins: platformdirs-4.14.7
collected 1 item

src/pkg/core.py F                                                        [100%]

=================================== FAILURES ===================================
____________________________ [doctest] pkg.core.div ____________________________
010 Divide.
011 
012     >>> div(4, 2)
Expected:
    3.0
Got:
    2.0

/p/src/pkg/core.py:12: DocTestFailure
----------------------------- Captured stdout call -----------------------------
docs
script.py
src
tests
=========================== short test summary info ============================
FAILED src/pkg/core.py::pkg.core.div
============================== 1 failed in 0.18s ===============================
"#,
        expect![[r#"
            /p/src/pkg/core.py:12 pytest Error: [doctest] pkg.core.div: DocTestFailure
        "#]],
    );
}
