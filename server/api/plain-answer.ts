import { plain } from "../say";

/**
 * The answer to a request as it goes out: programs, which show an API token, read no marks between words and values. A page
 * needs them to put what it is told into its language.
 */
export function answerFor(request: Request, answer: Response): Response {
  if (!/^bearer\s/i.test(request.headers.get("authorization") ?? "") || !answer.body) return answer;
  const text = answer.body
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(
      new TransformStream<string, string>({
        transform: (piece, stream) => stream.enqueue(plain(piece)),
      }),
    )
    .pipeThrough(new TextEncoderStream());
  return new Response(text, answer);
}
