from behave import then, when

from demo.sums import total


@when("{a:d} and {b:d} are added")
def add(context, a, b):
    context.sum = total([a, b])


@then("the sum is {expected:d}")
def check(context, expected):
    assert context.sum == expected
