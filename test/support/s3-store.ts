/** A store that speaks S3, with one bucket, `data`, and a proxy before it that can fail (Node only). */
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { FaultyProxy } from "./faulty-proxy.ts";
import { S3_ENV, type Server, startS3 } from "./servers.ts";

/** The store, and the ways to it. */
export class S3Store {
  /** Address of the store without the proxy; `client` asks there. */
  readonly endpoint: string;
  readonly client: S3Client;
  readonly proxy: FaultyProxy;
  /** For a process that shall use the store, by the proxy. */
  readonly env: Record<string, string>;
  readonly #server: Server;

  private constructor(server: Server, proxy: FaultyProxy) {
    this.#server = server;
    this.proxy = proxy;
    this.env = { ...S3_ENV, AWS_ENDPOINT_URL: proxy.url };
    this.endpoint = `http://127.0.0.1:${server.port}`;
    this.client = new S3Client({
      endpoint: this.endpoint,
      region: S3_ENV.AWS_REGION,
      credentials: { accessKeyId: S3_ENV.AWS_ACCESS_KEY_ID, secretAccessKey: S3_ENV.AWS_SECRET_ACCESS_KEY },
      forcePathStyle: true,
    });
  }

  static async open(): Promise<S3Store> {
    const server = await startS3();
    const store = new S3Store(server, await FaultyProxy.open(server.port));
    await store.client.send(new CreateBucketCommand({ Bucket: "data" }));
    return store;
  }

  /** Objects below a prefix, as base64 by name. */
  async objects(prefix: string): Promise<Map<string, string>> {
    const { Contents = [] } = await this.client.send(new ListObjectsV2Command({ Bucket: "data", Prefix: prefix }));
    const found = new Map<string, string>();
    for (const { Key = "" } of Contents) {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: "data", Key }));
      found.set(Key.slice(prefix.length), (await Body?.transformToString("base64")) ?? "");
    }
    return found;
  }

  async close(): Promise<void> {
    this.proxy.close();
    this.client.destroy();
    await this.#server.stop();
  }
}
