use super::*;

async fn start(directory: &Path) -> Cluster {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let port = crate::ports::free().unwrap();
    Cluster::start(&root, directory, port, Durability::Kept).await.unwrap_or_else(|error| panic!("{error:#}"))
}

/// A directory that the user whom Postgres runs as can get to.
fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory.path(), everybody).unwrap();
    directory
}

#[tokio::test]
async fn the_data_survives_a_stop_and_a_stale_process_file() {
    let directory = directory();
    let pg = directory.path().join("pg");
    let cluster = start(&pg).await;
    create_database_unless_there(&cluster, "kept").await.unwrap();
    create_database_unless_there(&cluster, "kept").await.unwrap();
    cluster.stop().await.unwrap();
    // What a power cut leaves, with a number that belongs to somebody else by now: this test.
    let stale = format!("{}\n{}\n", std::process::id(), pg.join("data").display());
    std::fs::write(pg.join("data/postmaster.pid"), stale).unwrap();

    let cluster = start(&pg).await;

    execute(&cluster.url("kept"), "SELECT 1").await.unwrap();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_a_killed_runner_left_is_replaced() {
    let directory = directory();
    let pg = directory.path().join("pg");
    let mut left = start(&pg).await;
    let (_server, number) = left.server.take().unwrap();
    left.watchdog.release(number, Ending::Interrupt);

    let cluster = start(&pg).await;

    assert!(execute(&left.url("postgres"), "SELECT 1").await.is_err());
    execute(&cluster.url("postgres"), "SELECT 1").await.unwrap();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_of_another_version_is_kept_and_named() {
    let directory = directory();
    let data = directory.path().join("pg/data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("PG_VERSION"), "9\n").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let started = Cluster::start(&root, &directory.path().join("pg"), 1, Durability::Kept).await;
    let error = started.err().expect("started").to_string();
    assert!(error.contains("was made by Postgres 9"), "{error}");
    assert!(data.join("PG_VERSION").exists());
}

#[test]
fn the_functions_url_differs_in_the_role_only() {
    let url = app_url("postgres://me:secret@localhost:5432/mine?sslmode=disable").unwrap();
    assert_eq!(url, "postgres://switchboard_app:switchboard_app@localhost:5432/mine?sslmode=disable");
}
