//! `stack services` as it is used: a command gets its services, and nothing is left when it is over, however it ends.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_mins(1);

fn services(script: &str) -> Command {
    stack("services", script)
}

fn stack(command: &str, script: &str) -> Command {
    let mut stack = Command::new(env!("CARGO_BIN_EXE_stack"));
    stack.current_dir(env!("CARGO_MANIFEST_DIR")).args([command, "--", "/bin/sh", "-c", script]);
    stack
}

/// Starts services whose command writes down where they are and then waits.
fn start_waiting(file: &Path) -> (Child, [u16; 2]) {
    let script =
        "echo \"$TEST_DATABASE_URL $TEST_AWS_ENDPOINT_URL\" > \"$0.part\"; mv \"$0.part\" \"$0\"; exec sleep 600";
    let child = services(script).arg(file).spawn().unwrap();
    let started = Instant::now();
    while !file.exists() {
        assert!(started.elapsed() < PATIENCE, "the services do not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = std::fs::read_to_string(file).unwrap();
    let port = |url: &str| url.rsplit(':').next().unwrap().trim_end_matches("/postgres").parse().unwrap();
    let (database, aws) = text.trim().split_once(' ').unwrap();
    (child, [port(database), port(aws)])
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn wait_until_silent(ports: [u16; 2]) {
    let started = Instant::now();
    while ports.iter().any(|port| answers(*port)) {
        assert!(started.elapsed() < PATIENCE, "something of the services is left");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("/bin/sh").args(["-c", &format!("kill -s {name} {}", child.id())]).status().unwrap();
    assert!(status.success());
}

#[test]
fn the_command_gets_its_services_and_its_exit_code_comes_back() {
    let script = "test -n \"$TEST_DATABASE_URL\" && test \"$TEST_TEMPLATE_DATABASE\" = switchboard_template \
                  && test -n \"$TEST_AWS_ENDPOINT_URL\" && exit 7";
    assert_eq!(services(script).status().unwrap().code(), Some(7));
    assert_eq!(services("kill -s KILL $$").status().unwrap().code(), Some(137));
}

#[test]
fn an_asked_for_end_ends_everything() {
    let directory = tempfile::tempdir().unwrap();
    let (mut child, ports) = start_waiting(&directory.path().join("ports"));
    assert!(ports.iter().all(|port| answers(*port)));

    signal(&child, "TERM");

    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(!ports.iter().any(|port| answers(*port)), "something of the services is left");
}

#[test]
fn a_runner_that_is_killed_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let (mut child, ports) = start_waiting(&directory.path().join("ports"));

    child.kill().unwrap();

    child.wait().unwrap();
    wait_until_silent(ports);
}

#[test]
fn the_next_runner_removes_the_data_of_a_killed_one() {
    let directory = tempfile::tempdir().unwrap();
    let run = |script: &str| services(script).env("TMPDIR", directory.path()).status().unwrap();
    let left_overs = || {
        let entries = std::fs::read_dir(directory.path()).unwrap().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("switchboard-services-")).count()
    };
    std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    run("kill -s KILL $PPID");
    assert_eq!(left_overs(), 1);
    // What it had started ends a moment later, and holds its mark until then.
    let deadline = Instant::now() + PATIENCE;
    while left_overs() > 0 {
        assert!(Instant::now() < deadline, "nobody removes it");
        assert!(run("true").success());
    }
}

#[test]
fn a_command_runs_beside_a_whole_stack_that_ends_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let kept = directory.path().join("urls.json");
    let script = format!("cp \"$STACK_URLS\" {} && exit 7", kept.display());
    assert_eq!(stack("run", &script).status().unwrap().code(), Some(7));

    let urls: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(kept).unwrap()).unwrap();
    let port = |name: &str| {
        let url = url::Url::parse(urls[name].as_str().unwrap()).unwrap();
        url.port().unwrap_or_else(|| panic!("{name}: {url}"))
    };
    let ports = ["api", "signalwire", "clerk", "sqs", "databaseUrl"].map(port);
    assert!(!ports.iter().any(|port| answers(*port)), "something of the stack is left");
}
