//! What type checkers print.

use expect_test::expect;

use super::check;

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
