import { texts } from '../texts';
import { ApiError, type Schemas } from './client';
import { writeHeaders } from './session';

/** Keeps a file at the API; tasks name it by its hash. */
export async function uploadFile(file: File): Promise<Schemas['File']> {
  const response = await fetch(`/v1/files?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { ...(await writeHeaders()), 'content-type': file.type || 'application/octet-stream' },
    body: file,
  });
  const answer = (await response.json()) as Schemas['File'] & Partial<Schemas['Problem']>;
  if (!response.ok)
    throw new ApiError(response.status, answer.code ?? 'unknown', answer.detail ?? texts.parts.fileRefused);
  return answer;
}
