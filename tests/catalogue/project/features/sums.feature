Feature: sums

  Scenario: two numbers
    When 1 and 2 are added
    Then the sum is 3
