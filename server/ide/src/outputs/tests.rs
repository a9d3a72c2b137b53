//! What real tools wrote (the version is in the test's name) and the places that are found in it. Paths are shortened:
//! `/p` is the project, `.nox/t` the session's environment, `/usr` Python's own folder.

use expect_test::{Expect, expect};

use super::*;

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

#[test]
fn ruff_0_17() {
    check(
        r#"
I001 [*] Import block is un-sorted or un-formatted
 --> docs/conf.py:1:1
  |
1 | import sys, os
  | ^^^^^^^^^^^^^^
2 | sys.path.insert(0, os.path.abspath("../src"))
3 | extensions = ["sphinx.ext.autodoc"]
  |
help: Organize imports
  |
  - import sys, os
1 + import os
2 + import sys
3 +
4 | sys.path.insert(0, os.path.abspath("../src"))
  |

F401 [*] `os` imported but unused
 --> src/pkg/core.py:1:8
  |
1 | import os
  |        ^^
2 | import subprocess
  |
help: Remove unused import: `os`
  |
  - import os
1 | import subprocess
  |

F821 Undefined name `undefined_name`
 --> src/pkg/core.py:6:16
  |
5 | def unused_helper(x):
6 |     return x + undefined_name
  |                ^^^^^^^^^^^^^^

F401 [*] `missing_module` imported but unused
 --> tests/test_import.py:1:8
  |
1 | import missing_module
  |        ^^^^^^^^^^^^^^
help: Remove unused import: `missing_module`
  |
  - import missing_module
  |

invalid-syntax: Expected a parameter or the end of the parameter list
 --> tests/test_syntax.py:1:7
  |
1 | def f(:
  |       ^
2 |     pass
  |

invalid-syntax: Expected `)`, found newline
 --> tests/test_syntax.py:1:8
  |
1 | def f(:
  |        ^
2 |     pass
  |

Found 6 errors.
[*] 3 fixable with `--fix`.
"#,
        expect![[r#"
            docs/conf.py:1:1 ruff Error: Import block is un-sorted or un-formatted [I001]
            src/pkg/core.py:1:8 ruff Error: `os` imported but unused [F401]
            src/pkg/core.py:6:16 ruff Error: Undefined name `undefined_name` [F821]
            tests/test_import.py:1:8 ruff Error: `missing_module` imported but unused [F401]
            tests/test_syntax.py:1:7 ruff Error: Expected a parameter or the end of the parameter list [invalid-syntax]
            tests/test_syntax.py:1:8 ruff Error: Expected `)`, found newline [invalid-syntax]
        "#]],
    );
}

#[test]
fn ruff_0_17_concise() {
    check(
        r#"
nox > ruff check --output-format concise .
docs/conf.py:1:1: I001 [*] Import block is un-sorted or un-formatted
src/pkg/core.py:1:8: F401 [*] `os` imported but unused
src/pkg/core.py:6:16: F821 Undefined name `undefined_name`
tests/test_import.py:1:8: F401 [*] `missing_module` imported but unused
tests/test_syntax.py:1:7: invalid-syntax: Expected a parameter or the end of the parameter list
tests/test_syntax.py:1:8: invalid-syntax: Expected `)`, found newline
Found 6 errors.
[*] 3 fixable with `--fix`.
"#,
        expect![[r#"
            docs/conf.py:1:1 ruff Error: Import block is un-sorted or un-formatted [I001]
            src/pkg/core.py:1:8 ruff Error: `os` imported but unused [F401]
            src/pkg/core.py:6:16 ruff Error: Undefined name `undefined_name` [F821]
            tests/test_import.py:1:8 ruff Error: `missing_module` imported but unused [F401]
            tests/test_syntax.py:1:7 ruff Error: Expected a parameter or the end of the parameter list [invalid-syntax]
            tests/test_syntax.py:1:8 ruff Error: Expected `)`, found newline [invalid-syntax]
        "#]],
    );
}

#[test]
fn ruff_0_17_format() {
    check(
        r#"
unformatted: File would be reformatted
 --> docs/conf.py:2:1
  |
1 | import sys, os
2 +
3 | sys.path.insert(0, os.path.abspath("../src"))
  |

invalid-syntax: Expected a parameter or the end of the parameter list
 --> tests/test_syntax.py:1:7
  |
1 | def f(:
  |       ^
2 |     pass
  |

1 file would be reformatted, 5 files already formatted
"#,
        expect![[r#"
            docs/conf.py:2:1 ruff Error: File would be reformatted [unformatted]
            tests/test_syntax.py:1:7 ruff Error: Expected a parameter or the end of the parameter list [invalid-syntax]
        "#]],
    );
}

#[test]
fn ty_0_0_105() {
    check(
        r#"
error[unresolved-reference]: Name `undefined_name` used when not defined
 --> src/pkg/core.py:6:16
  |
6 |     return x + undefined_name
  |                ^^^^^^^^^^^^^^

error[invalid-explicit-return]: Return type does not match returned value
  --> src/pkg/core.py:19:12
   |
19 |     return a / b
   |            ^^^^^ expected `str`, found `float`
   |
  ::: src/pkg/core.py:9:28
   |
 9 | def div(a: int, b: int) -> str:
   |                            --- Expected `str` because of return type
info: element `int` of union `int | float*` is not assignable to `str`

Found 2 diagnostics
"#,
        expect![[r#"
            src/pkg/core.py:6:16 ty Error: Name `undefined_name` used when not defined [unresolved-reference]
            src/pkg/core.py:19:12 ty Error: Return type does not match returned value [invalid-explicit-return]
        "#]],
    );
}

#[test]
fn pyright_1_1() {
    check(
        r#"
/p/src/pkg/core.py
  /p/src/pkg/core.py:6:16 - error: "undefined_name" is not defined (reportUndefinedVariable)
  /p/src/pkg/core.py:19:12 - error: Type "float" is not assignable to return type "str"
    "float" is not assignable to "str" (reportReturnType)
2 errors, 0 warnings, 0 informations
"#,
        expect![[r#"
            /p/src/pkg/core.py:6:16 pyright Error: "undefined_name" is not defined [reportUndefinedVariable]
            /p/src/pkg/core.py:19:12 pyright Error: Type "float" is not assignable to return type "str"
            "float" is not assignable to "str" [reportReturnType]
        "#]],
    );
}

#[test]
fn mypy_2_4() {
    check(
        r#"
src/pkg/core.py:19: error: Incompatible return value type (got "float", expected "str")  [return-value]
Found 1 error in 1 file (checked 2 source files)
"#,
        expect![[r#"
            src/pkg/core.py:19 mypy Error: Incompatible return value type (got "float", expected "str") [return-value]
        "#]],
    );
}

#[test]
fn mypy_2_4_pretty() {
    check(
        r#"
nox > mypy --pretty src
src/pkg/core.py:19:12: error: Incompatible return value type (got "float",
expected "str")  [return-value]
        return a / b
               ^~~~~
Found 1 error in 1 file (checked 2 source files)
"#,
        expect![[r#"
            src/pkg/core.py:19:12 mypy Error: Incompatible return value type (got "float", expected "str") [return-value]
        "#]],
    );
}

#[test]
fn pylint_4_1() {
    check(
        r#"
************* Module pkg.core
src/pkg/core.py:1:0: C0114: Missing module docstring (missing-module-docstring)
src/pkg/core.py:5:0: C0116: Missing function or method docstring (missing-function-docstring)
src/pkg/core.py:6:15: E0602: Undefined variable 'undefined_name' (undefined-variable)
src/pkg/core.py:1:0: W0611: Unused import os (unused-import)

-----------------------------------
Your code has been rated at 0.00/10
"#,
        expect![[r#"
            src/pkg/core.py:1:1 pylint Info: Missing module docstring [missing-module-docstring]
            src/pkg/core.py:5:1 pylint Info: Missing function or method docstring [missing-function-docstring]
            src/pkg/core.py:6:16 pylint Error: Undefined variable 'undefined_name' [undefined-variable]
            src/pkg/core.py:1:1 pylint Warning: Unused import os [unused-import]
        "#]],
    );
}

#[test]
fn flake8_7_5() {
    check(
        r#"
src/pkg/core.py:1:1: F401 'os' imported but unused
src/pkg/core.py:6:16: F821 undefined name 'undefined_name'
tests/test_import.py:1:1: F401 'missing_module' imported but unused
tests/test_syntax.py:1:8: E999 SyntaxError: invalid syntax
"#,
        expect![[r#"
            src/pkg/core.py:1:1 flake8 Error: 'os' imported but unused [F401]
            src/pkg/core.py:6:16 flake8 Error: undefined name 'undefined_name' [F821]
            tests/test_import.py:1:1 flake8 Error: 'missing_module' imported but unused [F401]
            tests/test_syntax.py:1:8 flake8 Error: SyntaxError: invalid syntax [E999]
        "#]],
    );
}

#[test]
fn bandit_1_9() {
    check(
        r#"
>> Issue: [B404:blacklist] Consider possible security implications associated with the subprocess module.
   Severity: Low   Confidence: High
   CWE: CWE-78 (https://cwe.mitre.org/data/definitions/78.html)
   More Info: https://bandit.readthedocs.io/en/1.9.4/blacklists/blacklist_imports.html#b404-import-subprocess
   Location: src/pkg/core.py:2:0
1	import os
2	import subprocess
3	

--------------------------------------------------
>> Issue: [B101:assert_used] Use of assert detected. The enclosed code will be removed when compiling to optimised byte code.
   Severity: Low   Confidence: High
   CWE: CWE-703 (https://cwe.mitre.org/data/definitions/703.html)
   More Info: https://bandit.readthedocs.io/en/1.9.4/plugins/b101_assert_used.html
   Location: src/pkg/core.py:17:4
16	    """
17	    assert b
18	    subprocess.call("ls", shell=True)

--------------------------------------------------
>> Issue: [B607:start_process_with_partial_path] Starting a process with a partial executable path
   Severity: Low   Confidence: High
"#,
        expect![[r#"
            src/pkg/core.py:2:1 bandit Warning: Consider possible security implications associated with the subprocess module. [B404]
            src/pkg/core.py:17:5 bandit Warning: Use of assert detected. The enclosed code will be removed when compiling to optimised byte code. [B101]
        "#]],
    );
}

#[test]
fn vulture_2_16() {
    check(
        r#"
src/pkg/core.py:1: unused import 'os' (90% confidence)
src/pkg/core.py:5: unused function 'unused_helper' (60% confidence)
src/pkg/core.py:9: unused function 'div' (60% confidence)
"#,
        expect![[r#"
            src/pkg/core.py:1 vulture Warning: unused import 'os' (90% confidence)
            src/pkg/core.py:5 vulture Warning: unused function 'unused_helper' (60% confidence)
            src/pkg/core.py:9 vulture Warning: unused function 'div' (60% confidence)
        "#]],
    );
}

#[test]
fn sphinx_9_0() {
    check(
        r#"
Running Sphinx v9.0.4
loading translations [en]... done
making output directory... done
building [mo]: targets for 0 po files that are out of date
writing output... 
building [html]: targets for 2 source files that are out of date
updating environment: [new config] 2 added, 0 changed, 0 removed
reading sources... [ 50%] index
reading sources... [100%] lonely

/p/src/pkg/core.py:docstring of pkg.core.div:6: WARNING: Inline interpreted text or phrase reference start-string without end-string. [docutils]
looking for now-outdated files... none found
pickling environment... done
checking consistency... /p/docs/lonely.rst: WARNING: document isn't included in any toctree [toc.not_included]
done
preparing documents... done
copying assets... 
copying static files... 
Writing evaluated template result to /tmp/rl/html/_static/basic.css
Writing evaluated template result to /tmp/rl/html/_static/documentation_options.js
Writing evaluated template result to /tmp/rl/html/_static/language_data.js
Writing evaluated template result to /tmp/rl/html/_static/alabaster.css
copying static files: done
copying extra files... 
copying extra files: done
copying assets: done
writing output... [ 50%] index
writing output... [100%] lonely

/p/docs/index.rst:4: WARNING: undefined label: 'nowhere' [ref.ref]
generating indices... genindex py-modindex done
writing additional pages... search done
dumping search index in English (code: en)... done
dumping object inventory... done
build finished with problems, 3 warnings (with warnings treated as errors).
"#,
        expect![[r#"
            /p/src/pkg/core.py:1 sphinx Warning: docstring of pkg.core.div, line 6: Inline interpreted text or phrase reference start-string without end-string. [docutils]
            /p/docs/lonely.rst:1 sphinx Warning: document isn't included in any toctree [toc.not_included]
            /p/docs/index.rst:4 sphinx Warning: undefined label: 'nowhere' [ref.ref]
        "#]],
    );
}

#[test]
fn black() {
    check(
        r#"
error: cannot parse: /p/tests/test_syntax.py:1:6
    def f(:
         ^
ParseError: bad input
would reformat /p/docs/conf.py

Oh no! 💥 💔 💥
1 file would be reformatted, 5 files would be left unchanged, 1 file would fail to reformat.
"#,
        expect![[r#"
            /p/tests/test_syntax.py:1:6 black Error: it cannot be parsed
            /p/docs/conf.py:1 black Error: it would be reformatted
        "#]],
    );
}

#[test]
fn pydocstyle() {
    check(
        r#"
src/pkg/__init__.py:1 at module level:
        D104: Missing docstring in public package
src/pkg/core.py:1 at module level:
        D100: Missing docstring in public module
src/pkg/core.py:5 in public function `unused_helper`:
        D103: Missing docstring in public function
"#,
        expect![[r#"
            src/pkg/__init__.py:1 pydocstyle Warning: Missing docstring in public package [D104]
            src/pkg/core.py:1 pydocstyle Warning: Missing docstring in public module [D100]
            src/pkg/core.py:5 pydocstyle Warning: Missing docstring in public function [D103]
        "#]],
    );
}

#[test]
fn another_tool_is_called_as_nox_calls_it() {
    check(
        "nox > codespell docs\ndocs/a.rst:3: teh ==> the\n",
        expect![[r#"
        docs/a.rst:3 codespell Error: teh ==> the
    "#]],
    );
}

#[test]
fn a_script_has_no_name() {
    check(
        "nox > python -c print(1)\na.py:3: no\n",
        expect![[r#"
        a.py:3  Error: no
    "#]],
    );
}

#[test]
fn nox_says_where_a_tool_runs() {
    check(
        "nox > cd docs\nnox > python -m doc8 .\na.rst:3: D000 wrong\n",
        expect![[r#"
        (docs) a.rst:3 doc8 Error: D000 wrong
    "#]],
    );
}

#[test]
fn an_endless_output_gives_no_endless_list() {
    let lines: Vec<String> = (1..100_000).map(|line| format!("a.py:{line}: no")).collect();
    assert_eq!(places(lines.iter().map(String::as_str)).len(), MOST_PLACES);
}

#[track_caller]
fn check(output: &str, expected: Expect) {
    let shown = places(output.lines()).into_iter().map(|place| {
        let column = place.column.map(|column| format!(":{column}")).unwrap_or_default();
        let code = place.code.map(|code| format!(" [{code}]")).unwrap_or_default();
        let folder = if place.folder.is_empty() { String::new() } else { format!("({}) ", place.folder) };
        format!(
            "{folder}{}:{}{column} {} {:?}: {}{code}\n",
            place.path, place.line, place.tool, place.level, place.message
        )
    });
    expected.assert_eq(&shown.collect::<String>());
}
