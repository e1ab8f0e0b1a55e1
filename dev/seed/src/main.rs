//! `seed <urls.json>`.

use anyhow::Context;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).context("usage: seed <path of urls.json>")?;
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let urls = serde_json::from_str(&text).with_context(|| format!("{path} is not what the stack writes"))?;
    seed::plant(&urls).await
}
