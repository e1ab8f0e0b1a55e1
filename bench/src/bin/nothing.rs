//! A function that does nothing: what any function of Rust's Lambda runtime costs at least.

use std::convert::Infallible;

use lambda_http::{Body, Error, Request, Response};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_http::run(lambda_http::service_fn(async |_: Request| Ok::<_, Infallible>(Response::new(Body::Empty)))).await
}
