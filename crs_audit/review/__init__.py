"""What people say of the findings: a worklist goes out, verdicts come back, rates are told with and without them."""
