import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client';
import { tellTabs } from '../api/tabs';
import { STATE_NAMES, texts } from '../texts';
import { useAnnounce } from './toasts';

interface ActionOptions<Variables, Answer> {
  send(variables: Variables): Promise<Answer>;
  /** What is said once it worked. */
  said(answer: Answer, variables: Variables): string;
  /** Queries that show something else now. */
  touches: readonly (readonly unknown[])[];
}

/** A message to the API: its outcome is announced, and what it changed is read again, refused or not. */
export function useAction<Variables = void, Answer = unknown>({
  send,
  said,
  touches,
}: ActionOptions<Variables, Answer>) {
  const client = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: send,
    onSuccess: (answer, variables) => announce('good', said(answer, variables)),
    onError: (error) => announce('bad', explain(error)),
    onSettled: () => {
      tellTabs('changed');
      return Promise.all(touches.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}

/** A refusal by what happened meanwhile names the state that made it so. */
export function explain(error: Error): string {
  if (error.name === 'ApiAway') return texts.parts.apiDidNotAnswer;
  const state = error instanceof ApiError && error.status === 409 ? error.problem.state : undefined;
  const name = STATE_NAMES[state as keyof typeof STATE_NAMES] ?? state;
  return name ? texts.parts.meanwhile(error.message, name) : error.message;
}
