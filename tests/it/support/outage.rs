//! A stack whose Postgres may be killed.

use std::path::Path;

use serde_json::json;
use shared::testing::TestDatabase;
use stack::{Options, PrivatePostgres};

use super::TestApp;

/// Seconds after which a queue shows again what could not be stored.
const VISIBILITY: u32 = 3;

/// The stack and its Postgres.
pub struct Outage {
    pub app: TestApp,
    pub postgres: PrivatePostgres,
}

impl Outage {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Messages that only the carrier has count as lost at once.
    pub async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let postgres = PrivatePostgres::start(root).await.expect("a Postgres of our own");
        let database = TestDatabase { owner_url: postgres.owner_url.clone(), app_url: postgres.app_url.clone() };
        let mut app = TestApp::start_with(|options| {
            options.database_url.clone_from(&database.owner_url);
            options.app_database_url.clone_from(&database.app_url);
            options.visibility_timeout = Some(VISIBILITY);
            let business = json!({ "messageBackFillAfterSeconds": 0 }).to_string();
            options.parameters.insert("BusinessConfig".to_owned(), business);
            change(options);
        })
        .await;
        app.database = database;
        Self { app, postgres }
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        self.postgres.kill().await.expect("it can be killed");
    }

    pub async fn recover(&mut self) {
        self.postgres.start_again().await.expect("it comes back");
    }

    pub async fn stop(self) {
        self.app.stack.stop().await.expect("the stack stops");
        self.postgres.stop().await.expect("Postgres stops");
    }
}
