//! The migrations are compiled in; Cargo does not see by itself that a new one is there.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
