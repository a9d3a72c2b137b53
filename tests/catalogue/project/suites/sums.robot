*** Test Cases ***
Two Numbers
    ${sum}=    Evaluate    1 + 2
    Should Be Equal As Integers    ${sum}    3
