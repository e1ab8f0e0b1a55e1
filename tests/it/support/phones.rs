//! The phones of the simulated network, played by a test.

use serde_json::{Value, json};

use super::TestApp;

impl TestApp {
    /// The sid of the call that rings at this number now.
    pub async fn ringing(&self, number: &str) -> String {
        self.eventually("the phone rings", async || {
            let calls = self.calls().await;
            let ringing = calls.iter().find(|call| call["to"] == number && call["waitingFor"] == "answer");
            ringing.map(|call| call["sid"].as_str().unwrap().to_owned())
        })
        .await
    }

    /// Somebody does something on the phone of a call: `answer`, `decline`, `ignore`, `digits`, `hangup`.
    pub async fn on_phone(&self, sid: &str, action: &str, body: Value) -> Value {
        self.sim_post(&format!("/calls/{sid}/{action}"), body).await["call"].clone()
    }

    /// Every call and leg of the network, oldest first.
    pub async fn calls(&self) -> Vec<Value> {
        self.sim_get("/calls").await["calls"].as_array().expect("a list").clone()
    }

    /// A call of the network once it is over.
    pub async fn ended_call(&self, sid: &str) -> Value {
        self.eventually("the call is over", async || {
            let call = self.sim_get(&format!("/calls/{sid}")).await["call"].clone();
            let is_live = ["queued", "ringing", "in-progress"].iter().any(|status| call["status"] == *status);
            (!is_live).then_some(call)
        })
        .await
    }

    /// The entry of a workspace's only call, once its state is this one.
    pub async fn call_entry(&self, org: &super::Organization, state: &str) -> Value {
        self.eventually(&format!("the call is {state}"), async || {
            let (_, messages) = self.only_conversation(org).await;
            let entry = messages.first()?.clone();
            // The entry is read a moment before its call.
            (entry["status"] == state && entry["call"]["state"] == state).then_some(entry)
        })
        .await
    }

    /// Sets the time of every call and recording back, as if so much had passed, and lets the sweep look again.
    pub async fn pass_call_minutes(&self, minutes: i32) {
        self.sim_post("/calls/age", json!({ "seconds": minutes * 60 })).await;
        self.rows(
            "UPDATE calls SET created_at = created_at - make_interval(mins => $1),
                 started_at = started_at - make_interval(mins => $1), ended_at = ended_at - make_interval(mins => $1),
                 carrier_looked_at = carrier_looked_at - make_interval(mins => $1) RETURNING id",
            &[&minutes],
        )
        .await;
    }

    /// Runs the sweep; gives its report.
    pub async fn sweep(&self) -> Value {
        json!(self.stack.fire("sweep").await.expect("the sweep goes well"))
    }
}
