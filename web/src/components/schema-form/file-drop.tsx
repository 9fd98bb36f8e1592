import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Schemas } from '../../api/client';
import { uploadFile } from '../../api/files';
import { bytes } from '../../lib/numbers';
import { Icon } from '../icons';

/** Uploads a file that is dropped or chosen; what the form keeps is its hash. */
export function FileDrop({ onFile }: { onFile(file: Schemas['File']): void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  const upload = useMutation({ mutationFn: uploadFile, onSuccess: onFile });
  const take = (files: FileList | null) => files?.[0] && upload.mutate(files[0]);
  return (
    <div>
      <label
        htmlFor={id}
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <Icon name="file" />
        <span>{upload.isPending ? 'Uploading…' : 'Drop a file here, or choose one'}</span>
        <input id={id} type="file" className="sr-only" onChange={(event) => take(event.target.files)} />
      </label>
      <p role="status" className={upload.error ? 'fault' : 'faint'}>
        {upload.error?.message ??
          (upload.data && `Uploaded ${upload.data.name ?? 'the file'}, ${bytes(upload.data.bytes)}`)}
      </p>
    </div>
  );
}
