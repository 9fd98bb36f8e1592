import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { Problem, problemBody, toProblem } from './problems';

/** The last handler: nothing has answered. */
export const noSuchRoute: RequestHandler = ({ method, path }, _response, next) => {
  next(new Problem('no-such-route', `There is nothing at ${method} ${path}. /docs shows what there is.`));
};

/** Answers every error as problem+json. What is not the caller's doing goes to the log, never to the caller. */
export const answerProblem: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const problem = toProblem(error);
  // The log line of the request carries it (pino-http reads `err`).
  if (problem.status >= 500) response.err = (problem.cause as Error | undefined) ?? problem;
  if (response.headersSent) {
    next(error);
    return;
  }
  sendProblem(response, problem, request.path);
};

function sendProblem(response: Response, problem: Problem, instance: string): void {
  response.locals.code = problem.code;
  response
    .status(problem.status)
    .set(problem.extra.headers ?? {})
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem, String(response.req.id), instance)));
}
