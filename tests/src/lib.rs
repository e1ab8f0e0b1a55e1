//! Only holds the one test binary, `it`.
